"""What people of a county call about: kinds of appeals, who handles them, how urgent they are, how they are worded.

Plain data. In a template `{place}` is the village, `{spot}` a spot in it, `{number}` a small number. No template holds
a telephone number: the generator adds a contact line where one is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Months = dict[int, float]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of appeal.

    `weight` is its share beside the others, `months` factors for months in which it differs, `before_festival` a factor
    for the four weeks before spring festival, `during_festival` for the week of it. `urgent` and `emergency` are
    shares; `days` are the working days allowed for one that is neither. `used` is the mean part of the allowed time
    that handling takes, `misdirected` a factor on how often it is sent back.
    """

    category: str
    departments: tuple[str, ...]
    weight: float
    templates: tuple[str, ...]
    months: Months = field(default_factory=dict)
    before_festival: float = 1.0
    during_festival: float = 0.2
    urgent: float = 0.12
    emergency: float = 0.0
    days: int = 5
    used: float = 0.5
    misdirected: float = 1.0


SPOTS = (
    "村口",
    "文化礼堂旁",
    "卫生室门口",
    "小学门口",
    "河埠头",
    "老年活动室边",
    "公交站旁",
    "农贸市场边",
    "三组",
    "五组",
    "桥头",
    "停车场",
)

KINDS: tuple[Kind, ...] = (
    Kind(
        "道路交通",
        ("交通运输局", "公安局", "住房和城乡建设局"),
        15,
        (
            "{place}{spot}路灯坏了{number}盏，晚上老人出门不方便，希望尽快修好。",
            "{place}{spot}路面坑洼，已有{number}辆电动车摔倒，请安排修补。",
            "{place}{spot}长期有货车违停，占住半边路，会车困难。",
            "{place}{spot}路口没有减速带，学生上下学不安全，要求加装。",
            "反映{place}通村公路施工后没有恢复路面，下雨全是泥。",
        ),
        {1: 1.3, 6: 1.2},
        urgent=0.15,
        used=0.55,
    ),
    Kind(
        "环境卫生",
        ("综合行政执法局", "生态环境局"),
        13,
        (
            "{place}{spot}垃圾桶满溢{number}天没有清运，气味很大。",
            "{place}{spot}有人乱倒建筑垃圾，堆了{number}车左右。",
            "{place}{spot}公厕没有人打扫，夏天蚊蝇多。",
            "{place}河道水面漂浮物较多，颜色发黑，请查一下上游排水。",
            "邻居在{place}{spot}焚烧秸秆，烟味飘进屋里。",
        ),
        {6: 1.2, 7: 1.5, 8: 1.5, 10: 1.3, 11: 1.3},
        during_festival=0.5,
        used=0.35,
    ),
    Kind(
        "噪声扰民",
        ("公安局", "综合行政执法局"),
        10,
        (
            "{place}{spot}广场舞音响声音太大，晚上{number}点还没有结束。",
            "{place}附近工地夜间施工，影响休息，已连续{number}天。",
            "{place}{spot}夜宵摊营业到凌晨，吵闹不止。",
            "{place}有加工作坊，机器声很响，家里有学生要复习。",
            "{place}有人在禁放区燃放烟花爆竹。",
        ),
        {5: 1.2, 6: 1.4, 7: 1.4, 8: 1.3},
        before_festival=1.3,
        during_festival=2.2,
        urgent=0.3,
        used=0.25,
    ),
    Kind(
        "供水排水",
        ("水利局", "住房和城乡建设局"),
        9,
        (
            "{place}{spot}自来水水压低，{number}楼以上用不上水。",
            "{place}{spot}雨水管堵塞，雨大时水漫进院子。",
            "{place}自来水发黄{number}天了，不敢喝，请检测。",
            "{place}{spot}污水井冒溢，流到路上。",
        ),
        {6: 2.0, 7: 1.6, 8: 1.3, 1: 1.2},
        during_festival=0.5,
        urgent=0.35,
        emergency=0.03,
        used=0.4,
    ),
    Kind(
        "农业农村",
        ("农业农村局", "水利局"),
        8,
        (
            "咨询{place}种粮补贴什么时候发放，去年这个时候已经到账。",
            "{place}{number}组灌溉渠道淤积，田里进不了水。",
            "{place}有养殖户直排污水，影响下游鱼塘。",
            "{place}农机补贴申请交了{number}个月没有回音。",
            "反映{place}土地流转租金没有按合同支付，涉及{number}户。",
        ),
        {4: 1.3, 5: 1.4, 7: 1.3, 10: 1.3},
        used=0.6,
        misdirected=1.2,
    ),
    Kind(
        "土地房屋",
        ("自然资源和规划局", "综合行政执法局", "住房和城乡建设局"),
        8,
        (
            "反映{place}{spot}有人违章搭建，占用公共道路。",
            "咨询{place}宅基地翻建审批进度，材料已交{number}个月。",
            "{place}安置房外墙渗水，物业说不归他们管。",
            "{place}{spot}老房子成了危房，怕雨季倒塌，要求鉴定。",
        ),
        {3: 1.2, 6: 1.2},
        urgent=0.05,
        days=10,
        used=0.75,
        misdirected=2.2,
    ),
    Kind(
        "劳动保障",
        ("人力资源和社会保障局",),
        6,
        (
            "在{place}一工地务工，{number}个月工资没有结清，涉及十几名工友。",
            "{place}一家企业没有为员工缴纳社保，要求补缴。",
            "工伤认定材料交了{number}个月，没有结果，咨询进度。",
        ),
        {1: 1.3, 12: 1.3},
        before_festival=3.2,
        during_festival=0.3,
        urgent=0.3,
        days=7,
        used=0.65,
    ),
    Kind(
        "医疗社保",
        ("医疗保障局", "卫生健康局", "人力资源和社会保障局"),
        7,
        (
            "咨询城乡居民医保缴费在{place}怎么办理，老人不会用手机。",
            "{place}卫生室最近{number}天没有医生坐诊，配药要跑很远。",
            "异地就医报销比例与窗口说的不一样，请核实。",
            "咨询养老金资格认证，{place}老人行动不便，能否上门。",
        ),
        {9: 1.2, 10: 1.5, 11: 1.7, 12: 1.5},
        used=0.4,
    ),
    Kind(
        "市场消费",
        ("市场监督管理局",),
        7,
        (
            "在{place}{spot}超市买到过期食品，商家不肯退。",
            "{place}一家饭店收费与菜单不符，多收{number}十元。",
            "预付卡充值后{place}的理发店关门，联系不上老板。",
            "{place}农贸市场缺斤少两，希望检查电子秤。",
        ),
        {7: 1.1, 8: 1.1},
        before_festival=1.4,
        during_festival=0.9,
        used=0.45,
    ),
    Kind(
        "教育",
        ("教育局",),
        4,
        (
            "咨询{place}学区划分，孩子今年上小学。",
            "反映{place}一校外培训机构停课不退费，涉及{number}名学生。",
            "{place}校车线路调整后，接送点离家{number}公里，太远。",
        ),
        {5: 1.6, 6: 2.2, 7: 1.5, 8: 2.0, 9: 1.5, 1: 0.7, 2: 0.7},
        during_festival=0.1,
        used=0.45,
        urgent=0.04,
    ),
    Kind(
        "邻里纠纷",
        ("司法局", "公安局"),
        4,
        (
            "与邻居因{place}{spot}滴水檐口位置争执，请求调解。",
            "{place}两户因田埂边界吵架，村里调解{number}次没有成功。",
            "楼上漏水泡坏吊顶，双方对赔偿金额谈不拢，{place}。",
        ),
        during_festival=0.6,
        used=0.6,
        misdirected=1.5,
    ),
    Kind(
        "养老助残",
        ("民政局", "残疾人联合会"),
        4,
        (
            "{place}居家养老中心午餐送餐最近总是晚{number}十分钟。",
            "咨询残疾人两项补贴，{place}，材料已交村里。",
            "{place}独居老人家中线路老化，希望社工上门看看。",
        ),
        {10: 1.3},
        used=0.45,
    ),
    Kind(
        "旅游管理",
        ("文化和广电旅游体育局", "市场监督管理局"),
        2,
        (
            "{place}民宿退订不退款，平台要求联系商家。",
            "{place}景区停车场收费混乱，排队{number}小时出不来。",
            "{place}民宿夜间喧哗，村民休息不好。",
        ),
        {4: 1.5, 5: 2.2, 7: 2.5, 8: 2.6, 10: 2.4},
        during_festival=1.6,
        used=0.4,
    ),
    Kind(
        "公共安全",
        ("应急管理局", "公安局"),
        3,
        (
            "{place}{spot}窨井盖缺失，夜里看不见，十分危险。",
            "{place}{spot}大树倾倒压住电线，火花四溅。",
            "{place}山体有落石，路面散落{number}块大石头。",
            "{place}仓库堆放易燃物品，没有灭火器。",
        ),
        {6: 1.6, 7: 1.8, 8: 1.5},
        during_festival=1.2,
        urgent=0.5,
        emergency=0.45,
        used=0.3,
    ),
)

RETURN_REASONS = ("不属于本部门职责范围", "地址不详，无法核实", "应由属地先行处置", "涉及多部门，建议牵头单位办理")
REOPEN_REASONS = (
    "来电人表示问题没有解决",
    "问题反复出现",
    "答复与实际情况不符",
    "只作解释，没有实际处理",
    "修好几天又坏了",
)
VOID_REASONS = ("重复登记", "误登记", "来电人要求撤销")
