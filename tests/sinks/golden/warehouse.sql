CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_appeals`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `appeal_id` Nullable(String) COMMENT '诉求编号 / appeal id 〔间接标识 quasi-identifier〕',
    `channel` LowCardinality(Nullable(String)) COMMENT '受理渠道 / channel',
    `category` Nullable(String) COMMENT '诉求类别 / category',
    `urgency` LowCardinality(Nullable(String)) COMMENT '紧急程度 / urgency',
    `summary` Nullable(String) COMMENT '诉求内容 / summary 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `resident_name` Nullable(String) COMMENT '姓名 / name 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `resident_phone` Nullable(String) COMMENT '电话 / phone 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办理期限 / due at',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `to_department` Nullable(String) COMMENT '承办部门 / responsible department',
    `whistle` Nullable(Bool) COMMENT '是否吹哨 / whistle',
    `by_department` Nullable(String) COMMENT '退单部门 / returning department；响应部门 / responding department；办结部门 / closing department',
    `reason` Nullable(String) COMMENT '退单理由 / reason；重开原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `outcome` LowCardinality(Nullable(String)) COMMENT '办理结果 / outcome',
    `responded` Nullable(Bool) COMMENT '是否响应 / responded',
    `resolved` Nullable(Bool) COMMENT '是否解决 / resolved',
    `satisfied` Nullable(Bool) COMMENT '是否满意 / satisfied',
    `score` Nullable(Int64) COMMENT '评分 / score',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '群众诉求：全部事件 / appeals: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_burden`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `demand_id` Nullable(String) COMMENT '索报编号 / demand id 〔间接标识 quasi-identifier〕',
    `by_department` Nullable(String) COMMENT '索报部门 / demanding department；检查部门 / checking department',
    `level` LowCardinality(Nullable(String)) COMMENT '索报对象 / asked of；检查对象 / checked',
    `form` Nullable(String) COMMENT '报表名称 / form',
    `kind` LowCardinality(Nullable(String)) COMMENT '索报类型 / kind of demand',
    `fields_count` Nullable(Int64) COMMENT '填报项数 / number of fields',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '要求报送时限 / due at',
    `duplicate_of` Nullable(String) COMMENT '重复于 / duplicate of',
    `minutes` Nullable(Int64) COMMENT '填报用时 / minutes；出勤分钟数 / minutes',
    `people` Nullable(Int64) COMMENT '参与人数 / people；出勤人数 / people',
    `fields_answered` Nullable(Int64) COMMENT '代填项数 / fields answered',
    `check_id` Nullable(String) COMMENT '检查编号 / check id 〔间接标识 quasi-identifier〕',
    `topic` Nullable(String) COMMENT '检查事项 / topic',
    `planned` Nullable(Bool) COMMENT '是否列入年度计划 / planned',
    `materials` Nullable(Int64) COMMENT '要求提供材料份数 / materials asked for',
    `record_id` Nullable(String) COMMENT '工时记录编号 / record id 〔间接标识 quasi-identifier〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '基层减负：全部事件 / burden on the grass roots: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_care`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `service_id` Nullable(String) COMMENT '服务编号 / service id 〔间接标识 quasi-identifier〕',
    `volunteer_id` Nullable(String) COMMENT '志愿者编号 / volunteer id 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '服务时长（小时） / hours；支取时长（小时） / hours',
    `kind` LowCardinality(Nullable(String)) COMMENT '服务类型 / kind of service；服务方式 / kind of visit',
    `redemption_id` Nullable(String) COMMENT '支取编号 / redemption id 〔间接标识 quasi-identifier〕',
    `purpose` LowCardinality(Nullable(String)) COMMENT '支取用途 / purpose',
    `visit_id` Nullable(String) COMMENT '走访编号 / visit id；服务编号 / visit id 〔间接标识 quasi-identifier〕',
    `elder_id` Nullable(String) COMMENT '老人编号 / elder id 〔间接标识 quasi-identifier〕',
    `living_alone` Nullable(Bool) COMMENT '是否独居 / living alone',
    `needs_help` Nullable(Bool) COMMENT '是否需要帮助 / needs help',
    `note` Nullable(String) COMMENT '走访记录 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `resident_id` Nullable(String) COMMENT '居民编号 / resident id 〔间接标识 quasi-identifier〕',
    `finding` Nullable(String) COMMENT '健康情况 / finding 〔敏感个人信息 sensitive personal data〕',
    `reminder_id` Nullable(String) COMMENT '提醒编号 / reminder id 〔间接标识 quasi-identifier〕',
    `about` LowCardinality(Nullable(String)) COMMENT '提醒事由 / about',
    `delivered` Nullable(Bool) COMMENT '是否送达 / delivered',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '互助养老与家庭医生：全部事件 / care for one another: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_contacts`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `visit_id` Nullable(String) COMMENT '走访编号 / visit id 〔间接标识 quasi-identifier〕',
    `household_id` Nullable(String) COMMENT '户编号 / household id 〔间接标识 quasi-identifier〕',
    `visitor_kind` LowCardinality(Nullable(String)) COMMENT '走访人类型 / kind of visitor',
    `visitor` Nullable(String) COMMENT '走访人 / visitor 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `issues_found` Nullable(Int64) COMMENT '收集问题数 / issues found',
    `issues_solved` Nullable(Int64) COMMENT '当场解决数 / issues solved at once',
    `note` Nullable(String) COMMENT '走访记录 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `log_id` Nullable(String) COMMENT '日志编号 / log id 〔间接标识 quasi-identifier〕',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '一线工作时长（小时） / hours in the field',
    `hours_worked` Nullable(Decimal(18, 2)) COMMENT '当天工作时长（小时） / hours worked',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '党员联户：全部事件 / contacts with households: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_disclosure`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `disclosure_id` Nullable(String) COMMENT '公开编号 / disclosure id；质询的公开 / disclosure in question 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '公开类别 / kind of disclosure',
    `period` Nullable(String) COMMENT '公开期次 / period',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应公开时限 / due at',
    `url` Nullable(String) COMMENT '网址 / url',
    `question_id` Nullable(String) COMMENT '质询编号 / question id 〔间接标识 quasi-identifier〕',
    `question` Nullable(String) COMMENT '质询内容 / question 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `resident` Nullable(String) COMMENT '质询人 / who asks 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `answer` Nullable(String) COMMENT '答复内容 / answer 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `accepted` Nullable(Bool) COMMENT '是否认可 / accepted',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '村务公开：全部事件 / disclosure of village affairs: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_disputes`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `dispute_id` Nullable(String) COMMENT '纠纷编号 / dispute id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '纠纷类型 / kind of dispute',
    `parties_count` Nullable(Int64) COMMENT '当事人数 / number of parties',
    `origin` LowCardinality(Nullable(String)) COMMENT '纠纷来源 / origin',
    `amount_in_dispute` Nullable(Decimal(18, 2)) COMMENT '争议金额 / amount in dispute',
    `appeal_id` Nullable(String) COMMENT '来源诉求编号 / appeal it came from 〔间接标识 quasi-identifier〕',
    `summary` Nullable(String) COMMENT '纠纷简要 / summary 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `mediator_kind` LowCardinality(Nullable(String)) COMMENT '调解力量 / kind of mediator',
    `parties_present` Nullable(Int64) COMMENT '到场当事人数 / parties present',
    `outcome` LowCardinality(Nullable(String)) COMMENT '了结方式 / outcome',
    `in_writing` Nullable(Bool) COMMENT '是否书面协议 / in writing',
    `amount_agreed` Nullable(Decimal(18, 2)) COMMENT '协议金额 / amount agreed',
    `stable` Nullable(Bool) COMMENT '是否平稳 / stable',
    `note` Nullable(String) COMMENT '回访记录 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '复发原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '矛盾纠纷：全部事件 / disputes: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_duties`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `duty_id` Nullable(String) COMMENT '权责编号 / duty id；对应权责编号 / duty 〔间接标识 quasi-identifier〕',
    `subject_kind` LowCardinality(Nullable(String)) COMMENT '主体类别 / kind of subject',
    `subject` Nullable(String) COMMENT '承担主体 / subject',
    `duty` Nullable(String) COMMENT '权责事项 / duty',
    `basis` Nullable(String) COMMENT '依据 / basis',
    `reason` Nullable(String) COMMENT '撤下原因 / reason；退回说明 / explanation；退出原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `referral_id` Nullable(String) COMMENT '移交编号 / referral id 〔间接标识 quasi-identifier〕',
    `from_unit` Nullable(String) COMMENT '移交单位 / referring unit',
    `to_department` Nullable(String) COMMENT '移交给的部门 / department referred to',
    `joint` Nullable(Bool) COMMENT '是否多部门联办 / joint',
    `matter_id` Nullable(String) COMMENT '事项编号 / matter id 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应受理时限 / accept by',
    `matter` Nullable(String) COMMENT '事项内容 / matter 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `by_department` Nullable(String) COMMENT '承接部门 / department',
    `reason_kind` LowCardinality(Nullable(String)) COMMENT '退回理由 / reason',
    `result` Nullable(String) COMMENT '办理结果 / result 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `item_id` Nullable(String) COMMENT '准入事项编号 / item id 〔间接标识 quasi-identifier〕',
    `name` Nullable(String) COMMENT '事项名称 / name',
    `requested_by` Nullable(String) COMMENT '申请部门 / requested by',
    `with_funds` Nullable(Bool) COMMENT '是否费随事转 / with funds',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '权责清单与事项准入：全部事件 / duties and admitted items: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_evaluations`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `evaluation_id` Nullable(String) COMMENT '评价编号 / evaluation id 〔间接标识 quasi-identifier〕',
    `subject_kind` LowCardinality(Nullable(String)) COMMENT '对象类型 / kind of subject',
    `subject_id` Nullable(String) COMMENT '对象编号 / subject id 〔间接标识 quasi-identifier〕',
    `rater_kind` LowCardinality(Nullable(String)) COMMENT '评价主体 / kind of rater',
    `rater_id` Nullable(String) COMMENT '评价人编号 / rater id 〔间接标识 quasi-identifier〕',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `dimension` LowCardinality(Nullable(String)) COMMENT '评价维度 / dimension',
    `comment` Nullable(String) COMMENT '评价意见 / comment 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '多元评价：全部事件 / evaluations from several sides: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_finance`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `entry_id` Nullable(String) COMMENT '分录编号 / entry id 〔间接标识 quasi-identifier〕',
    `account` Nullable(String) COMMENT '会计科目 / account',
    `direction` LowCardinality(Nullable(String)) COMMENT '收支方向 / direction',
    `amount` Nullable(Decimal(18, 2)) COMMENT '金额 / amount；资产原值 / book value；年租金 / yearly rent；涉及金额 / amount',
    `category` LowCardinality(Nullable(String)) COMMENT '收支类别 / category',
    `counterparty` Nullable(String) COMMENT '对方单位 / counterparty 〔间接标识 quasi-identifier〕',
    `counterparty_person` Nullable(String) COMMENT '对方个人 / counterparty, a person 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `approved_by_count` Nullable(Int64) COMMENT '审批签字人数 / number of signatures',
    `summary` Nullable(String) COMMENT '摘要 / summary 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '冲销原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `dividend_id` Nullable(String) COMMENT '分红编号 / dividend id 〔间接标识 quasi-identifier〕',
    `for_year` Nullable(Int64) COMMENT '分红年度 / for the year',
    `shares` Nullable(Int64) COMMENT '分红股数 / shares',
    `amount_per_share` Nullable(Decimal(18, 2)) COMMENT '每股分红 / amount per share',
    `members` Nullable(Int64) COMMENT '分红人数 / members',
    `asset_id` Nullable(String) COMMENT '资产编号 / asset id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '资产类型 / kind of asset',
    `name` Nullable(String) COMMENT '资产名称 / name',
    `starts_on` Nullable(Date32) COMMENT '租期开始 / starts on',
    `ends_on` Nullable(Date32) COMMENT '租期结束 / ends on',
    `open_bidding` Nullable(Bool) COMMENT '是否公开交易 / open bidding',
    `lessee` Nullable(String) COMMENT '承租方 / lessee 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `use_id` Nullable(String) COMMENT '用权编号 / use id 〔间接标识 quasi-identifier〕',
    `item` Nullable(String) COMMENT '权力事项 / item',
    `procedure_followed` Nullable(Bool) COMMENT '是否按流程 / procedure followed',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '集体经济与村级财务：全部事件 / collective economy and village finance: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_grid`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `patrol_id` Nullable(String) COMMENT '巡查编号 / patrol id 〔间接标识 quasi-identifier〕',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid id 〔间接标识 quasi-identifier〕',
    `minutes` Nullable(Int64) COMMENT '巡查时长（分钟） / minutes',
    `worker` Nullable(String) COMMENT '网格员 / grid worker 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `hazard_id` Nullable(String) COMMENT '隐患编号 / hazard id 〔间接标识 quasi-identifier〕',
    `level` LowCardinality(Nullable(String)) COMMENT '隐患等级 / level of the hazard；风险等级 / level of risk',
    `kind` LowCardinality(Nullable(String)) COMMENT '隐患类型 / kind of hazard；事件类型 / kind of incident',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `description` Nullable(String) COMMENT '隐患描述 / description；事件经过 / description 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `by_unit` Nullable(String) COMMENT '整改单位 / unit that put it right',
    `measure` Nullable(String) COMMENT '整改措施 / measure 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `passed` Nullable(Bool) COMMENT '是否通过 / passed',
    `note` Nullable(String) COMMENT '复查意见 / note；处置结果 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `incident_id` Nullable(String) COMMENT '事件编号（应急） / incident id 〔间接标识 quasi-identifier〕',
    `severity` LowCardinality(Nullable(String)) COMMENT '事件级别 / severity',
    `partner_townships` Nullable(String) COMMENT '跨界涉及乡镇 / townships across the boundary',
    `unit` Nullable(String) COMMENT '响应力量 / unit',
    `partner` Nullable(String) COMMENT '联处乡镇 / partner',
    `casualties` Nullable(Int64) COMMENT '伤亡人数 / casualties',
    `assessment_id` Nullable(String) COMMENT '评估编号 / assessment id 〔间接标识 quasi-identifier〕',
    `decision` Nullable(String) COMMENT '决策事项 / decision',
    `advice` LowCardinality(Nullable(String)) COMMENT '评估意见 / advice',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '网格巡查与应急：全部事件 / grids, hazards and incidents: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_habitat`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `inspection_id` Nullable(String) COMMENT '检查编号 / inspection id 〔间接标识 quasi-identifier〕',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `inspector` LowCardinality(Nullable(String)) COMMENT '检查方 / inspector',
    `items` Nullable(Int64) COMMENT '检查项数 / items',
    `note` Nullable(String) COMMENT '检查意见 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `check_id` Nullable(String) COMMENT '抽查编号 / check id 〔间接标识 quasi-identifier〕',
    `households` Nullable(Int64) COMMENT '抽查户数 / households',
    `households_sorting` Nullable(Int64) COMMENT '分类正确户数 / households sorting',
    `renovation_id` Nullable(String) COMMENT '改厕编号 / renovation id 〔间接标识 quasi-identifier〕',
    `household_id` Nullable(String) COMMENT '户编号 / household id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '厕所类型 / kind of toilet；问题类型 / kind of issue',
    `accepted` Nullable(Bool) COMMENT '是否验收合格 / accepted',
    `issue_id` Nullable(String) COMMENT '问题编号 / issue id 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `description` Nullable(String) COMMENT '问题描述 / description 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `measure` Nullable(String) COMMENT '整改措施 / measure 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '人居环境：全部事件 / living environment: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_innovation`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `proposal_id` Nullable(String) COMMENT '提案编号 / proposal id 〔间接标识 quasi-identifier〕',
    `area` LowCardinality(Nullable(String)) COMMENT '领域 / area',
    `proposer_kind` LowCardinality(Nullable(String)) COMMENT '提案人类别 / kind of proposer',
    `title` Nullable(String) COMMENT '标题 / title',
    `proposer` Nullable(String) COMMENT '提案人 / proposer 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `content` Nullable(String) COMMENT '内容 / content 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `by_department` Nullable(String) COMMENT '采纳部门 / adopting department；答复部门 / deciding department；认定部门 / deciding department',
    `reason` Nullable(String) COMMENT '理由 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `evaluator_kind` LowCardinality(Nullable(String)) COMMENT '评估主体 / evaluator',
    `score` Nullable(Int64) COMMENT '得分 / score',
    `kind` LowCardinality(Nullable(String)) COMMENT '容错情形 / kind of exemption',
    `person` Nullable(String) COMMENT '免责人员 / person 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `note` Nullable(String) COMMENT '说明 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `practice_id` Nullable(String) COMMENT '做法编号 / practice id 〔间接标识 quasi-identifier〕',
    `problem` Nullable(String) COMMENT '问题 / problem 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `method` Nullable(String) COMMENT '做法 / method 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `result` Nullable(String) COMMENT '成效 / result 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `from_proposal` Nullable(String) COMMENT '来源提案编号 / proposal it came from 〔间接标识 quasi-identifier〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '创新提案与最佳案例：全部事件 / proposals and practices: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_organisations`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `meeting_id` Nullable(String) COMMENT '会议编号 / meeting id 〔间接标识 quasi-identifier〕',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '组织生活类型 / kind of meeting',
    `expected` Nullable(Int64) COMMENT '应到人数 / expected',
    `present` Nullable(Int64) COMMENT '实到人数 / present',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应召开时限 / due at；整顿期限 / due at',
    `topic` Nullable(String) COMMENT '主题 / topic 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `rectification_id` Nullable(String) COMMENT '整顿编号 / rectification id 〔间接标识 quasi-identifier〕',
    `reason` LowCardinality(Nullable(String)) COMMENT '软弱涣散情形 / reason',
    `note` Nullable(String) COMMENT '说明 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `passed` Nullable(Bool) COMMENT '是否通过 / passed',
    `by_department` Nullable(String) COMMENT '验收单位 / verifying department；评定单位 / awarding department',
    `finding` Nullable(String) COMMENT '验收意见 / finding 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `rating_id` Nullable(String) COMMENT '评星编号 / rating id 〔间接标识 quasi-identifier〕',
    `stars` Nullable(Int64) COMMENT '星级 / stars',
    `member` Nullable(String) COMMENT '党员 / member 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '党组织建设：全部事件 / party organisations: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_registers`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `household_id` Nullable(String) COMMENT '户编号 / household id 〔间接标识 quasi-identifier〕',
    `head` Nullable(String) COMMENT '户主 / head of household 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `residents` Nullable(Int64) COMMENT '常住人口 / residents',
    `low_income` Nullable(Bool) COMMENT '是否低收入 / low income 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '户的类别 / kind of household；组织类别 / kind of organisation',
    `reason` LowCardinality(Nullable(String)) COMMENT '注销原因 / reason 〔间接标识 quasi-identifier〕',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid id 〔间接标识 quasi-identifier〕',
    `name` Nullable(String) COMMENT '网格名称 / name of the grid；姓名 / name；事项名称 / name of the item；组织名称 / name of the organisation 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `worker` Nullable(String) COMMENT '网格员 / grid worker 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `post` LowCardinality(Nullable(String)) COMMENT '职务 / post',
    `elder_id` Nullable(String) COMMENT '老人编号 / elder id 〔间接标识 quasi-identifier〕',
    `living_alone` Nullable(Bool) COMMENT '是否独居 / living alone 〔间接标识 quasi-identifier〕',
    `resident_id` Nullable(String) COMMENT '居民编号 / resident id 〔间接标识 quasi-identifier〕',
    `doctor` Nullable(String) COMMENT '家庭医生 / family doctor 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `item` Nullable(String) COMMENT '事项编码 / item',
    `organisation_id` Nullable(String) COMMENT '组织编号 / organisation id 〔间接标识 quasi-identifier〕',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '底册：全部事件 / registers: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_supervision`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `warning_id` Nullable(String) COMMENT '预警编号 / warning id 〔间接标识 quasi-identifier〕',
    `indicator` Nullable(String) COMMENT '指标编号 / indicator；对应指标 / indicator',
    `colour` LowCardinality(Nullable(String)) COMMENT '预警颜色 / colour',
    `value` Nullable(Float64) COMMENT '指标值 / value',
    `line` Nullable(Float64) COMMENT '警戒线 / line',
    `period` Nullable(String) COMMENT '所属时段 / period',
    `about_department` Nullable(String) COMMENT '责任部门 / responsible department；受表彰部门 / department commended',
    `previous_warning_id` Nullable(String) COMMENT '上一次同项预警编号 / previous warning 〔间接标识 quasi-identifier〕',
    `days_since_cleared` Nullable(Int64) COMMENT '距上次解除天数 / days since it was cleared',
    `reds_in_a_row` Nullable(Int64) COMMENT '连续红色期数 / reds in a row',
    `to_step` LowCardinality(Nullable(String)) COMMENT '升至 / to step',
    `because` LowCardinality(Nullable(String)) COMMENT '升级原因 / because；解除原因 / because',
    `by_department` Nullable(String) COMMENT '约谈单位 / talking department；督办单位 / supervising department；责令单位 / ordering department；验收单位 / accepting department；表彰单位 / awarding department',
    `post` Nullable(String) COMMENT '被约谈人职务 / post',
    `note` Nullable(String) COMMENT '约谈要点 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `list_number` Nullable(String) COMMENT '督办单号 / list number 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `requirement` Nullable(String) COMMENT '整改要求 / requirement 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `evidence` Nullable(String) COMMENT '佐证 / evidence 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `award_id` Nullable(String) COMMENT '表彰编号 / award id 〔间接标识 quasi-identifier〕',
    `title` Nullable(String) COMMENT '表彰名称 / title',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '预警督办与表彰：全部事件 / warnings, supervision and awards: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`events_training`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `attendance_id` Nullable(String) COMMENT '培训记录编号 / attendance id 〔间接标识 quasi-identifier〕',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '培训类型 / kind of training',
    `hours` Nullable(Decimal(18, 2)) COMMENT '学习时长（学时） / hours',
    `course` Nullable(String) COMMENT '课程名称 / course',
    `online` Nullable(Bool) COMMENT '是否线上 / online',
    `assessment_id` Nullable(String) COMMENT '测评编号 / assessment id 〔间接标识 quasi-identifier〕',
    `dimension` LowCardinality(Nullable(String)) COMMENT '能力维度 / dimension',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `test_id` Nullable(String) COMMENT '测试编号 / test id 〔间接标识 quasi-identifier〕',
    `passed` Nullable(Bool) COMMENT '是否达标 / passed',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - kafka_offset COMMENT '位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands'
)
ENGINE = ReplacingMergeTree(first_wins)
ORDER BY (`township`, `case_type`, `case_id`, `event_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '干部培训与能力：全部事件 / training of cadres: every event';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_appeal`
(
    `case_id` String COMMENT '诉求编号 / appeal id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `reported_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '登记时间 / reported at',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办理期限 / due at',
    `channel` Nullable(String) COMMENT '渠道 / channel',
    `category` Nullable(String) COMMENT '诉求类别 / category',
    `urgency` Nullable(String) COMMENT '紧急程度 / urgency',
    `reporting_department` Nullable(String) COMMENT '登记单位 / reporting department',
    `dispatched_to` Nullable(String) COMMENT '最后派往部门 / department last dispatched to',
    `closing_department` Nullable(String) COMMENT '办结部门 / closing department',
    `department` Nullable(String) COMMENT '责任部门 / responsible department',
    `first_dispatched_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次派单时间 / first dispatched at',
    `first_responded_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次响应时间 / first responded at',
    `closed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办结时间 / closed at',
    `outcome` Nullable(String) COMMENT '办理结果 / outcome',
    `returned` Nullable(Bool) COMMENT '是否退过单 / was returned',
    `return_count` Nullable(Int64) COMMENT '退单次数 / number of returns',
    `reopened` Nullable(Bool) COMMENT '是否重开过 / was reopened',
    `rated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近回访时间 / last rated at',
    `responded` Nullable(Bool) COMMENT '是否响应 / responded',
    `resolved` Nullable(Bool) COMMENT '是否解决 / resolved',
    `satisfied` Nullable(Bool) COMMENT '是否满意 / satisfied',
    `last_dispatched_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近派单时间 / last dispatched at',
    `whistled` Nullable(Bool) COMMENT '最近派单是否吹哨 / last dispatch was a whistle',
    `answered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近派单后首次响应时间 / first answered after the last dispatch at',
    `answered_by` Nullable(String) COMMENT '最近派单后首个响应部门 / department that first answered after the last dispatch',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '诉求：现状，一件一行 / appeal: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_report_demand`
(
    `case_id` String COMMENT '索报编号 / demand for a report id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `level` Nullable(String) COMMENT '索报对象 / asked of',
    `demanded_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '索报时间 / demanded at',
    `department` Nullable(String) COMMENT '索报部门 / demanding department',
    `form` Nullable(String) COMMENT '报表名称 / form',
    `kind` Nullable(String) COMMENT '索报类型 / kind of demand',
    `fields_count` Nullable(Int64) COMMENT '填报项数 / number of fields',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '要求报送时限 / due at',
    `duplicate_of` Nullable(String) COMMENT '重复于 / duplicate of',
    `filled_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次填报时间 / first filled at',
    `minutes` Nullable(Int64) COMMENT '填报用时（分钟） / minutes it took',
    `answered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '系统代填时间 / answered from events at',
    `met_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '报送时间 / met at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '索报：现状，一件一行 / demand for a report: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_check`
(
    `case_id` String COMMENT '检查编号 / check id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `level` Nullable(String) COMMENT '检查对象 / checked',
    `held_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '检查时间 / held at',
    `department` Nullable(String) COMMENT '检查部门 / checking department',
    `planned` Nullable(Bool) COMMENT '是否列入年度计划 / planned',
    `materials` Nullable(Int64) COMMENT '要求提供材料份数 / materials asked for',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '检查：现状，一件一行 / check: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_work_time`
(
    `case_id` String COMMENT '出勤工时编号 / work time id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `worked_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '记录时间 / worked at',
    `minutes` Nullable(Int64) COMMENT '出勤分钟数 / minutes',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '出勤工时：现状，一件一行 / work time: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_care_service`
(
    `case_id` String COMMENT '时间银行存入编号 / hours put into the time bank id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `earned_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '服务时间 / earned at',
    `volunteer_id` Nullable(String) COMMENT '志愿者编号 / volunteer 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '服务时长 / hours',
    `kind` Nullable(String) COMMENT '服务类型 / kind of service',
    `never_leaves_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '退出时间（存入不过期，总为空） / leaves at (hours never lapse so always null)',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '时间银行存入：现状，一件一行 / hours put into the time bank: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_care_redemption`
(
    `case_id` String COMMENT '时间银行支取编号 / hours taken out of the time bank id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `redeemed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '支取时间 / redeemed at',
    `volunteer_id` Nullable(String) COMMENT '志愿者编号 / volunteer 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '支取时长 / hours',
    `purpose` Nullable(String) COMMENT '支取用途 / purpose',
    `never_leaves_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '退出时间（支取不撤回，总为空） / leaves at (always null)',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '时间银行支取：现状，一件一行 / hours taken out of the time bank: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_elder_visit`
(
    `case_id` String COMMENT '老人走访编号 / visit to an elder id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `visited_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '走访时间 / visited at',
    `elder_id` Nullable(String) COMMENT '老人编号 / elder 〔间接标识 quasi-identifier〕',
    `living_alone` Nullable(Bool) COMMENT '是否独居 / living alone',
    `needs_help` Nullable(Bool) COMMENT '是否需要帮助 / needs help',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '老人走访：现状，一件一行 / visit to an elder: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_doctor_visit`
(
    `case_id` String COMMENT '家庭医生服务编号 / visit of the family doctor id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `visited_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '服务时间 / visited at',
    `resident_id` Nullable(String) COMMENT '居民编号 / resident 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '服务方式 / kind of visit',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '家庭医生服务：现状，一件一行 / visit of the family doctor: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_care_reminder`
(
    `case_id` String COMMENT '提醒编号 / reminder id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `sent_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '提醒时间 / sent at',
    `about` Nullable(String) COMMENT '提醒事由 / about',
    `delivered` Nullable(Bool) COMMENT '是否送达 / delivered',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '提醒：现状，一件一行 / reminder: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_household_visit`
(
    `case_id` String COMMENT '入户走访编号 / visit to a household id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `visited_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '走访时间 / visited at',
    `household_id` Nullable(String) COMMENT '户编号 / household 〔间接标识 quasi-identifier〕',
    `visitor_kind` Nullable(String) COMMENT '走访人类型 / kind of visitor',
    `issues_found` Nullable(Int64) COMMENT '收集问题数 / issues found',
    `issues_solved` Nullable(Int64) COMMENT '当场解决数 / issues solved at once',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '入户走访：现状，一件一行 / visit to a household: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_field_day`
(
    `case_id` String COMMENT '一线工作日志编号 / day in the field id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `logged_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '日志时间 / logged at',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '一线工作时长 / hours in the field',
    `hours_worked` Nullable(Decimal(18, 2)) COMMENT '当天工作时长 / hours worked',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '一线工作日志：现状，一件一行 / day in the field: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_disclosure`
(
    `case_id` String COMMENT '公开编号 / disclosure id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `posted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '公开时间 / posted at',
    `kind` Nullable(String) COMMENT '公开类别 / kind of disclosure',
    `period` Nullable(String) COMMENT '公开期次 / period',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应公开时限 / due at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '公开：现状，一件一行 / disclosure: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_question`
(
    `case_id` String COMMENT '质询编号 / question id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `raised_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '提出时间 / raised at',
    `disclosure_id` Nullable(String) COMMENT '质询的公开 / disclosure in question 〔间接标识 quasi-identifier〕',
    `answered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次答复时间 / first answered at',
    `accepted` Nullable(Bool) COMMENT '是否认可 / accepted',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '质询：现状，一件一行 / question: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_dispute`
(
    `case_id` String COMMENT '矛盾纠纷编号 / dispute id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `registered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '登记时间 / registered at',
    `kind` Nullable(String) COMMENT '纠纷类型 / kind of dispute',
    `origin` Nullable(String) COMMENT '纠纷来源 / origin',
    `parties_count` Nullable(Int64) COMMENT '当事人数 / number of parties',
    `amount_in_dispute` Nullable(Decimal(18, 2)) COMMENT '争议金额 / amount in dispute',
    `mediation_count` Nullable(Int64) COMMENT '调解次数 / number of mediations',
    `first_mediated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次调解时间 / first mediated at',
    `mediator_kind` Nullable(String) COMMENT '最近调解力量 / last kind of mediator',
    `court_mediated` Nullable(Bool) COMMENT '是否经法院调解 / mediated by a court',
    `first_settled_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次了结时间 / first settled at',
    `settled_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '了结时间 / settled at',
    `outcome` Nullable(String) COMMENT '了结方式 / outcome',
    `amount_agreed` Nullable(Decimal(18, 2)) COMMENT '协议金额 / amount agreed',
    `followed_up_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次回访时间 / first followed up at',
    `stable` Nullable(Bool) COMMENT '回访是否平稳 / stable when last followed up',
    `first_recurred_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次复发时间 / first recurred at',
    `last_recurred_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近复发时间 / last recurred at',
    `open_since` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '在办起算时间 / open since',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '矛盾纠纷：现状，一件一行 / dispute: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_duty`
(
    `case_id` String COMMENT '权责事项编号 / duty id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `assigned_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '列单时间 / assigned at',
    `subject_kind` Nullable(String) COMMENT '主体类别 / kind of subject',
    `subject` Nullable(String) COMMENT '承担主体 / subject',
    `withdrawn_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '撤单时间 / withdrawn at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '权责事项：现状，一件一行 / duty: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_referral`
(
    `case_id` String COMMENT '移交事项编号 / referral id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `referred_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '移交时间 / referred at',
    `from_unit` Nullable(String) COMMENT '移交单位 / referring unit',
    `department` Nullable(String) COMMENT '承接部门 / department referred to',
    `joint` Nullable(Bool) COMMENT '是否多部门联办 / joint',
    `matter_id` Nullable(String) COMMENT '事项编号 / matter id 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应受理时限 / accept by',
    `first_accepted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次受理时间 / first accepted at',
    `refused` Nullable(Bool) COMMENT '是否被退回过 / was refused',
    `refusal_reason` Nullable(String) COMMENT '最近退回理由 / last reason of refusal',
    `refused_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '退回时间 / refused at',
    `done_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办结时间 / done at',
    `ended_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '了结时间 / ended at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '移交事项：现状，一件一行 / referral: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_admitted_item`
(
    `case_id` String COMMENT '准入事项编号 / admitted item id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `admitted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '准入时间 / admitted at',
    `requested_by` Nullable(String) COMMENT '申请部门 / requested by',
    `with_funds` Nullable(Bool) COMMENT '是否费随事转 / with funds',
    `removed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '退出时间 / removed at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '准入事项：现状，一件一行 / admitted item: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_evaluation`
(
    `case_id` String COMMENT '评价编号 / evaluation id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `submitted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '评价时间 / submitted at',
    `subject_kind` Nullable(String) COMMENT '对象类型 / kind of subject',
    `subject_id` Nullable(String) COMMENT '对象编号 / subject 〔间接标识 quasi-identifier〕',
    `rater_kind` Nullable(String) COMMENT '评价主体 / kind of rater',
    `rater_id` Nullable(String) COMMENT '评价人编号 / rater 〔间接标识 quasi-identifier〕',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `aspect` Nullable(String) COMMENT '评价维度 / dimension',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '评价：现状，一件一行 / evaluation: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_ledger_entry`
(
    `case_id` String COMMENT '收支分录编号 / ledger entry id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `posted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '入账时间 / posted at',
    `account` Nullable(String) COMMENT '会计科目 / account',
    `direction` Nullable(String) COMMENT '收支方向 / direction',
    `category` Nullable(String) COMMENT '收支类别 / category',
    `amount` Nullable(Decimal(18, 2)) COMMENT '金额 / amount',
    `approved_by_count` Nullable(Int64) COMMENT '审批签字人数 / number of signatures',
    `reversed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '冲销时间 / reversed at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '收支分录：现状，一件一行 / ledger entry: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_dividend`
(
    `case_id` String COMMENT '股份分红编号 / dividend id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `paid_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '发放时间 / paid at',
    `for_year` Nullable(Int64) COMMENT '分红年度 / for the year',
    `shares` Nullable(Int64) COMMENT '分红股数 / shares',
    `amount_per_share` Nullable(Decimal(18, 2)) COMMENT '每股分红 / amount per share',
    `members` Nullable(Int64) COMMENT '分红人数 / members',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '股份分红：现状，一件一行 / dividend: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_asset`
(
    `case_id` String COMMENT '集体资产编号 / asset id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `registered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '登记时间 / registered at',
    `kind` Nullable(String) COMMENT '资产类型 / kind of asset',
    `book_value` Nullable(Decimal(18, 2)) COMMENT '资产原值 / book value',
    `leased_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近出租时间 / last leased at',
    `yearly_rent` Nullable(Decimal(18, 2)) COMMENT '最近年租金 / last yearly rent',
    `leased_until` Nullable(Date32) COMMENT '租期最后一天 / last day of the lease',
    `open_bidding` Nullable(Bool) COMMENT '最近出租是否公开交易 / last leased by open bidding',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '集体资产：现状，一件一行 / asset: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_power_use`
(
    `case_id` String COMMENT '小微权力运行编号 / use of a small power id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `used_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '用权时间 / used at',
    `item` Nullable(String) COMMENT '权力事项 / item',
    `procedure_followed` Nullable(Bool) COMMENT '是否按流程 / procedure followed',
    `amount` Nullable(Decimal(18, 2)) COMMENT '涉及金额 / amount',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '小微权力运行：现状，一件一行 / use of a small power: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_patrol`
(
    `case_id` String COMMENT '网格巡查编号 / patrol id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `patrolled_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '巡查时间 / patrolled at',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid 〔间接标识 quasi-identifier〕',
    `minutes` Nullable(Int64) COMMENT '巡查时长（分钟） / minutes',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '网格巡查：现状，一件一行 / patrol: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_hazard`
(
    `case_id` String COMMENT '隐患编号 / hazard id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `found_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '发现时间 / found at',
    `level` Nullable(String) COMMENT '隐患等级 / level',
    `kind` Nullable(String) COMMENT '隐患类型 / kind',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `first_rectified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次整改时间 / first rectified at',
    `last_rectified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近整改时间 / last rectified at',
    `verified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近复查时间 / last verified at',
    `passed` Nullable(Bool) COMMENT '最近复查是否通过 / passed when last verified',
    `failed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近复查不通过时间 / last failed at',
    `rectified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改完毕时间 / rectified at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '隐患：现状，一件一行 / hazard: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_incident`
(
    `case_id` String COMMENT '突发事件编号 / incident id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `reported_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '上报时间 / reported at',
    `kind` Nullable(String) COMMENT '事件类型 / kind of incident',
    `severity` Nullable(String) COMMENT '事件级别 / severity',
    `partner_townships` Nullable(String) COMMENT '跨界涉及乡镇 / townships across the boundary',
    `responded_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次响应时间 / first responded at',
    `joint_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次联处时间 / joint handling first started at',
    `closed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办结时间 / closed at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '突发事件：现状，一件一行 / incident: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_risk_assessment`
(
    `case_id` String COMMENT '重大决策风险评估编号 / risk assessment id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `assessed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '评估时间 / assessed at',
    `level` Nullable(String) COMMENT '风险等级 / level of risk',
    `advice` Nullable(String) COMMENT '评估意见 / advice',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '重大决策风险评估：现状，一件一行 / risk assessment: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_inspection`
(
    `case_id` String COMMENT '人居环境检查编号 / inspection id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `inspected_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '检查时间 / inspected at',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `inspector` Nullable(String) COMMENT '检查方 / inspector',
    `items` Nullable(Int64) COMMENT '检查项数 / items',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '人居环境检查：现状，一件一行 / inspection: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_sorting_check`
(
    `case_id` String COMMENT '垃圾分类抽查编号 / check of garbage sorting id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `checked_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '抽查时间 / checked at',
    `households` Nullable(Int64) COMMENT '抽查户数 / households',
    `households_sorting` Nullable(Int64) COMMENT '分类正确户数 / households sorting',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '垃圾分类抽查：现状，一件一行 / check of garbage sorting: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_toilet_renovation`
(
    `case_id` String COMMENT '改厕编号 / renovation of a toilet id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `renovated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '改厕完成时间 / renovated at',
    `household_id` Nullable(String) COMMENT '户编号 / household 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '厕所类型 / kind of toilet',
    `accepted` Nullable(Bool) COMMENT '是否验收合格 / accepted',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '改厕：现状，一件一行 / renovation of a toilet: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_habitat_issue`
(
    `case_id` String COMMENT '环境问题编号 / habitat issue id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `found_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '发现时间 / found at',
    `kind` Nullable(String) COMMENT '问题类型 / kind of issue',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `fixed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次整改时间 / first fixed at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '环境问题：现状，一件一行 / habitat issue: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_proposal`
(
    `case_id` String COMMENT '创新提案编号 / proposal id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `submitted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '提交时间 / submitted at',
    `area` Nullable(String) COMMENT '领域 / area',
    `proposer_kind` Nullable(String) COMMENT '提案人类别 / kind of proposer',
    `adopted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '采纳时间 / adopted at',
    `declined_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '不予采纳时间 / declined at',
    `first_decided_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次答复时间 / first decided at',
    `evaluated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近评估时间 / last evaluated at',
    `score` Nullable(Int64) COMMENT '最近评估得分 / last score',
    `exempted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次容错认定时间 / first exempted at',
    `exemption_kind` Nullable(String) COMMENT '容错情形 / kind of exemption',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '创新提案：现状，一件一行 / proposal: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_practice`
(
    `case_id` String COMMENT '最佳实践编号 / practice id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `practised_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '入库时间 / recorded at',
    `area` Nullable(String) COMMENT '领域 / area',
    `from_proposal` Nullable(String) COMMENT '来源提案编号 / proposal it came from 〔间接标识 quasi-identifier〕',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '最佳实践：现状，一件一行 / practice: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_organisation_meeting`
(
    `case_id` String COMMENT '组织生活编号 / organisation meeting id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `held_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '召开时间 / held at',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '组织生活类型 / kind of meeting',
    `expected` Nullable(Int64) COMMENT '应到人数 / expected',
    `present` Nullable(Int64) COMMENT '实到人数 / present',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应召开时限 / due at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '组织生活：现状，一件一行 / organisation meeting: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_organisation_rectification`
(
    `case_id` String COMMENT '软弱涣散整顿编号 / rectification of an organisation id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `started_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '启动时间 / started at',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation 〔间接标识 quasi-identifier〕',
    `reason` Nullable(String) COMMENT '软弱涣散情形 / reason',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整顿期限 / due at',
    `verified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近验收时间 / last verified at',
    `passed` Nullable(Bool) COMMENT '最近验收是否通过 / passed when last verified',
    `passed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次通过时间 / first passed at',
    `ended_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '转化时间 / put right at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '软弱涣散整顿：现状，一件一行 / rectification of an organisation: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_star_rating`
(
    `case_id` String COMMENT '党组织评星编号 / stars of an organisation id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `rated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '评星时间 / rated at',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation 〔间接标识 quasi-identifier〕',
    `stars` Nullable(Int64) COMMENT '星级 / stars',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '党组织评星：现状，一件一行 / stars of an organisation: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_member_rating`
(
    `case_id` String COMMENT '党员评星编号 / stars of a member id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `rated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '评星时间 / rated at',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation 〔间接标识 quasi-identifier〕',
    `stars` Nullable(Int64) COMMENT '星级 / stars',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '党员评星：现状，一件一行 / stars of a member: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_household`
(
    `case_id` String COMMENT '户编号 / household id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `registered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次登记时间 / first registered at',
    `removed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '注销时间 / removed at',
    `residents` Nullable(Int64) COMMENT '常住人口 / residents',
    `low_income` Nullable(Bool) COMMENT '是否低收入 / low income 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '户的类别 / kind of household',
    `removal_reason` Nullable(String) COMMENT '注销原因 / reason of removal 〔间接标识 quasi-identifier〕',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '户：现状，一件一行 / household: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_grid`
(
    `case_id` String COMMENT '网格编号 / grid id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `set_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '设立时间 / set up at',
    `closed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '撤销时间 / closed at',
    `name` Nullable(String) COMMENT '网格名称 / name of the grid',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '网格：现状，一件一行 / grid: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_cadre`
(
    `case_id` String COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `appointed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次任职时间 / first appointed at',
    `left_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '离任时间 / left at',
    `post` Nullable(String) COMMENT '职务 / post',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '干部：现状，一件一行 / cadre: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_elder`
(
    `case_id` String COMMENT '老人编号 / elder id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `listed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次列册时间 / first listed at',
    `delisted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '出册时间 / delisted at',
    `living_alone` Nullable(Bool) COMMENT '是否独居 / living alone 〔间接标识 quasi-identifier〕',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '老人：现状，一件一行 / elder: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_doctor_contract`
(
    `case_id` String COMMENT '家庭医生签约编号 / family doctor\'s contract id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `signed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次签约时间 / first signed at',
    `ended_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '解约时间 / ended at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '家庭医生签约：现状，一件一行 / family doctor\'s contract: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_service_item`
(
    `case_id` String COMMENT '服务事项编号 / service item id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `listed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次列入时间 / first listed at',
    `delisted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '移出时间 / delisted at',
    `name` Nullable(String) COMMENT '事项名称 / name of the item',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '服务事项：现状，一件一行 / service item: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_organisation`
(
    `case_id` String COMMENT '党组织编号 / party organisation id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `founded_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次成立时间 / first founded at',
    `dissolved_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '撤销时间 / dissolved at',
    `name` Nullable(String) COMMENT '组织名称 / name of the organisation',
    `kind` Nullable(String) COMMENT '组织类别 / kind of organisation',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '党组织：现状，一件一行 / party organisation: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_warning`
(
    `case_id` String COMMENT '预警编号 / warning id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `raised_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '预警时间 / raised at',
    `indicator` Nullable(String) COMMENT '指标编号 / indicator',
    `department` Nullable(String) COMMENT '责任部门 / responsible department',
    `raised_colour` Nullable(String) COMMENT '发出时颜色 / colour when raised',
    `line` Nullable(Float64) COMMENT '警戒线 / line',
    `previous_warning_id` Nullable(String) COMMENT '上一次同项预警编号 / previous warning 〔间接标识 quasi-identifier〕',
    `days_since_cleared` Nullable(Int64) COMMENT '距上次解除天数 / days since the last was cleared',
    `colour` Nullable(String) COMMENT '最近颜色 / last colour',
    `value` Nullable(Float64) COMMENT '最近指标值 / last value',
    `period` Nullable(String) COMMENT '最近时段 / last period',
    `renewals` Nullable(Int64) COMMENT '续期次数 / number of renewals',
    `red_renewals` Nullable(Int64) COMMENT '红色续期次数 / number of red renewals',
    `reds_in_a_row` Nullable(Int64) COMMENT '连续红色期数 / reds in a row',
    `escalated` Nullable(Bool) COMMENT '是否升级过 / was escalated',
    `escalated_to` Nullable(String) COMMENT '应升至 / last escalated to',
    `talked_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次约谈时间 / first talked at',
    `listed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '挂牌督办时间 / listed at',
    `ordered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近责令整改时间 / last ordered at',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / rectification due at',
    `passed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '验收通过时间 / accepted at',
    `cleared_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '解除时间 / cleared at',
    `cleared_because` Nullable(String) COMMENT '解除原因 / cleared because',
    `acted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次处置时间 / first acted at',
    `step` Nullable(String) COMMENT '所处阶段 / step of the ladder',
    `step_since` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '本阶段起算时间 / on this step since',
    `rectified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改了结时间 / rectification ended at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '预警：现状，一件一行 / warning: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_award`
(
    `case_id` String COMMENT '表彰编号 / award id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `given_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '表彰时间 / given at',
    `department` Nullable(String) COMMENT '受表彰部门 / department commended',
    `indicator` Nullable(String) COMMENT '对应指标 / indicator',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '表彰：现状，一件一行 / award: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_training_attendance`
(
    `case_id` String COMMENT '参加培训编号 / training attended id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `attended_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '培训时间 / attended at',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '培训类型 / kind of training',
    `hours` Nullable(Decimal(18, 2)) COMMENT '学习时长 / hours',
    `online` Nullable(Bool) COMMENT '是否线上 / online',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '参加培训：现状，一件一行 / training attended: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_capability_assessment`
(
    `case_id` String COMMENT '能力测评编号 / capability assessment id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `assessed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '测评时间 / assessed at',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre 〔间接标识 quasi-identifier〕',
    `capability` Nullable(String) COMMENT '能力维度 / capability',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '能力测评：现状，一件一行 / capability assessment: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`cases_competence_test`
(
    `case_id` String COMMENT '胜任力测试编号 / competence test id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `tested_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '测试时间 / tested at',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre 〔间接标识 quasi-identifier〕',
    `passed` Nullable(Bool) COMMENT '是否达标 / passed',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`township`, `case_id`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '胜任力测试：现状，一件一行 / competence test: its state, one row a case';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`indicator_cells`
(
    `indicator` LowCardinality(String) COMMENT '指标编号 / indicator id',
    `definition_version` UInt32 COMMENT '口径版本 / version of the definition',
    `case_type` LowCardinality(String) COMMENT '事项类型 / case type',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `place` LowCardinality(String) COMMENT '地方代码：乡镇9位，村12位 / place code: township 9 digits, village 12',
    `level` LowCardinality(String) COMMENT '层级：township 乡镇，village 村 / level of the place',
    `period` LowCardinality(String) COMMENT '时段：day 日，month 月，quarter 季，year 年，now 当前 / kind of period',
    `period_start` Date COMMENT '时段第一天（当前为1970-01-01） / first day of the period (now: 1970-01-01)',
    `dimension` LowCardinality(String) COMMENT '细分维度，空为不细分 / breakdown, empty for all',
    `dimension_value` LowCardinality(String) COMMENT '维度值，空为不细分 / value of the breakdown, empty for all',
    `numerator` Int64 COMMENT '分子 / numerator',
    `denominator` Int64 COMMENT '分母 / denominator',
    `buckets` Map(Int32, Int64) COMMENT '分布桶：桶号→件数 / histogram: bucket to count',
    `newest_event_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '背后最新事件的发生时间 / newest event behind it',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '算出时间 / when the worker computed it',
    `kafka_topic` LowCardinality(String) COMMENT '单元所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '单元所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '单元的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`indicator`, `period`, `level`, `dimension`, `dimension_value`, `place`, `period_start`, `definition_version`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '指标单元：可加的分子与分母 / indicator cells: the additive parts';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`indicator_catalogue`
(
    `indicator` String COMMENT '指标编号 / indicator id',
    `version` UInt32 COMMENT '口径版本 / version of the definition',
    `domain` LowCardinality(String) COMMENT '领域 / domain',
    `case_type` LowCardinality(String) COMMENT '事项类型 / case type',
    `kind` LowCardinality(String) COMMENT '类型：count 数量，share 比率，sum 合计，mean 均值，quantile 分位数，stock 存量，coverage 覆盖，distinct 去重计数，derived 派生，index 指数 / kind',
    `name_zh` String COMMENT '中文名称 / name in Chinese',
    `name_en` String COMMENT '英文名称 / name in English',
    `sentence_zh` String COMMENT '口径说明（中文） / the definition as a sentence, in Chinese',
    `sentence_en` String COMMENT '口径说明（英文） / the definition as a sentence, in English',
    `unit` String COMMENT '单位 / unit',
    `factor` Float64 COMMENT '换算：值 = 可加部分 ÷ 换算 / factor: value = part / factor',
    `direction` LowCardinality(String) COMMENT '方向：up 越高越好，down 越低越好，none 无 / which way is better',
    `goal` Nullable(Float64) COMMENT '目标 / goal',
    `yellow_line` Nullable(Float64) COMMENT '黄色预警线 / yellow line',
    `red_line` Nullable(Float64) COMMENT '红色预警线 / red line',
    `minimum_volume` Int64 COMMENT '参与排名的最小件数 / least volume to be ranked',
    `quantile` Nullable(Float64) COMMENT '分位（0–1） / quantile',
    `dimensions` Array(String) COMMENT '可细分的维度 / breakdowns',
    `effective_from` Date COMMENT '口径启用日 / first day of the definition',
    `definition` String COMMENT '口径全文（JSON） / the whole definition (JSON)',
    `periods` Array(String) COMMENT '公布的时段 / kinds of period that are shown',
    `covers` LowCardinality(String) COMMENT '覆盖对象：village 村；其他类型为空 / places of which it is the coverage, else empty',
    `expression` String COMMENT '派生指标的算式，其他为空 / expression of a derived indicator, else empty',
    `parts` String COMMENT '指数的构成：指标、权重、方向与计分（JSON），其他为空 / parts of an index (JSON), else empty',
    `score` String COMMENT '计分办法（JSON），不计分为空 / how it is scored (JSON), empty where it is not',
    `changed_zh` String COMMENT '旧口径为何停用，现行为空 / why an earlier definition was left, in Chinese, else empty',
    `changed_en` String COMMENT '旧口径为何停用（英文），现行为空 / why an earlier definition was left, else empty',
    `loaded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '载入时间 / when it was loaded'
)
ENGINE = ReplacingMergeTree(loaded_at)
ORDER BY (`loaded_at`, `indicator`, `version`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '指标目录：每个指标各版本的口径 / the indicator catalogue: every version of every definition';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`org_units`
(
    `code` String COMMENT '代码 / code',
    `name` String COMMENT '名称 / name',
    `level` LowCardinality(String) COMMENT '层级 / level',
    `parent` Nullable(String) COMMENT '上级代码 / parent code',
    `aliases` Array(String) COMMENT '别名 / aliases',
    `valid_from` Nullable(Date32) COMMENT '启用日期 / valid from',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `is_deleted` UInt8 COMMENT '1 表示已撤销 / 1 when withdrawn',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset, is_deleted)
ORDER BY (`code`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '地方登记 / place defined';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`departments`
(
    `code` String COMMENT '代码 / code',
    `name` String COMMENT '名称 / name',
    `name_en` Nullable(String) COMMENT '英文名称 / English name',
    `aliases` Array(String) COMMENT '别名 / aliases',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `is_deleted` UInt8 COMMENT '1 表示已撤销 / 1 when withdrawn',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset, is_deleted)
ORDER BY (`code`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '部门登记 / department defined';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`publications`
(
    `case_type` String COMMENT '事项类型 / case type',
    `since_offset` Int64 COMMENT '起始位点 / since offset',
    `published_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发布时间 / published at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`kafka_topic`, `case_type`, `kafka_partition`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '重新发布：此前的同类记录不再有效 / published anew: records of the kind before that no longer count';

CREATE TABLE IF NOT EXISTS `xiangmai_storage`.`dead_letters`
(
    `topic` LowCardinality(String) COMMENT '原主题 / topic of the refused message',
    `partition` Int64 COMMENT '原分区 / its partition',
    `offset` Int64 COMMENT '原位点 / its offset',
    `stage` LowCardinality(String) COMMENT '环节：worker、sink、import；resolved 为已处理 / where it was refused; resolved: dealt with',
    `reason` LowCardinality(String) COMMENT '原因代码 / reason',
    `detail` String COMMENT '说明，不含个人信息 / the reason explained, without personal data',
    `event_id` Nullable(String) COMMENT '事件编号 / event id where it could be read',
    `township` LowCardinality(String) COMMENT '消息键为乡镇代码时的乡镇，否则为空 / the key where it is a township code, else empty',
    `value_bytes` Nullable(Int64) COMMENT '原消息大小（字节）；原文只留在 Kafka / size of the message; its bytes stay in Kafka',
    `record_timestamp` DateTime64(3, 'Asia/Shanghai') COMMENT '原消息时间 / Kafka\'s time of the message',
    `dead_at` DateTime64(3, 'Asia/Shanghai') COMMENT '判为死信的时间 / when it became a dead letter',
    `kafka_topic` LowCardinality(String) COMMENT '死信所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '死信所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '死信的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT '入库时间 / when it reached the warehouse'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY (`topic`, `partition`, `offset`, `stage`)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT '死信：未能处理的消息，不含原文 / dead letters: messages refused, without their bytes';

CREATE OR REPLACE VIEW `xiangmai`.`events_appeals`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `appeal_id` Nullable(String) COMMENT '诉求编号 / appeal id 〔间接标识 quasi-identifier〕',
    `channel` LowCardinality(Nullable(String)) COMMENT '受理渠道 / channel',
    `category` Nullable(String) COMMENT '诉求类别 / category',
    `urgency` LowCardinality(Nullable(String)) COMMENT '紧急程度 / urgency',
    `summary` Nullable(String) COMMENT '诉求内容 / summary 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `resident_name` Nullable(String) COMMENT '姓名 / name 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `resident_phone` Nullable(String) COMMENT '电话 / phone 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办理期限 / due at',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `to_department` Nullable(String) COMMENT '承办部门 / responsible department',
    `whistle` Nullable(Bool) COMMENT '是否吹哨 / whistle',
    `by_department` Nullable(String) COMMENT '退单部门 / returning department；响应部门 / responding department；办结部门 / closing department',
    `reason` Nullable(String) COMMENT '退单理由 / reason；重开原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `outcome` LowCardinality(Nullable(String)) COMMENT '办理结果 / outcome',
    `responded` Nullable(Bool) COMMENT '是否响应 / responded',
    `resolved` Nullable(Bool) COMMENT '是否解决 / resolved',
    `satisfied` Nullable(Bool) COMMENT '是否满意 / satisfied',
    `score` Nullable(Int64) COMMENT '评分 / score',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `appeal_id`, `channel`, `category`, `urgency`, `summary`, `resident_name`, `resident_phone`, `due_at`, `longitude`, `latitude`, `to_department`, `whistle`, `by_department`, `reason`, `outcome`, `responded`, `resolved`, `satisfied`, `score`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_appeals` FINAL
COMMENT '群众诉求：全部事件 / appeals: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_burden`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `demand_id` Nullable(String) COMMENT '索报编号 / demand id 〔间接标识 quasi-identifier〕',
    `by_department` Nullable(String) COMMENT '索报部门 / demanding department；检查部门 / checking department',
    `level` LowCardinality(Nullable(String)) COMMENT '索报对象 / asked of；检查对象 / checked',
    `form` Nullable(String) COMMENT '报表名称 / form',
    `kind` LowCardinality(Nullable(String)) COMMENT '索报类型 / kind of demand',
    `fields_count` Nullable(Int64) COMMENT '填报项数 / number of fields',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '要求报送时限 / due at',
    `duplicate_of` Nullable(String) COMMENT '重复于 / duplicate of',
    `minutes` Nullable(Int64) COMMENT '填报用时 / minutes；出勤分钟数 / minutes',
    `people` Nullable(Int64) COMMENT '参与人数 / people；出勤人数 / people',
    `fields_answered` Nullable(Int64) COMMENT '代填项数 / fields answered',
    `check_id` Nullable(String) COMMENT '检查编号 / check id 〔间接标识 quasi-identifier〕',
    `topic` Nullable(String) COMMENT '检查事项 / topic',
    `planned` Nullable(Bool) COMMENT '是否列入年度计划 / planned',
    `materials` Nullable(Int64) COMMENT '要求提供材料份数 / materials asked for',
    `record_id` Nullable(String) COMMENT '工时记录编号 / record id 〔间接标识 quasi-identifier〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `demand_id`, `by_department`, `level`, `form`, `kind`, `fields_count`, `due_at`, `duplicate_of`, `minutes`, `people`, `fields_answered`, `check_id`, `topic`, `planned`, `materials`, `record_id`, `reason`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_burden` FINAL
COMMENT '基层减负：全部事件 / burden on the grass roots: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_care`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `service_id` Nullable(String) COMMENT '服务编号 / service id 〔间接标识 quasi-identifier〕',
    `volunteer_id` Nullable(String) COMMENT '志愿者编号 / volunteer id 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '服务时长（小时） / hours；支取时长（小时） / hours',
    `kind` LowCardinality(Nullable(String)) COMMENT '服务类型 / kind of service；服务方式 / kind of visit',
    `redemption_id` Nullable(String) COMMENT '支取编号 / redemption id 〔间接标识 quasi-identifier〕',
    `purpose` LowCardinality(Nullable(String)) COMMENT '支取用途 / purpose',
    `visit_id` Nullable(String) COMMENT '走访编号 / visit id；服务编号 / visit id 〔间接标识 quasi-identifier〕',
    `elder_id` Nullable(String) COMMENT '老人编号 / elder id 〔间接标识 quasi-identifier〕',
    `living_alone` Nullable(Bool) COMMENT '是否独居 / living alone',
    `needs_help` Nullable(Bool) COMMENT '是否需要帮助 / needs help',
    `note` Nullable(String) COMMENT '走访记录 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `resident_id` Nullable(String) COMMENT '居民编号 / resident id 〔间接标识 quasi-identifier〕',
    `finding` Nullable(String) COMMENT '健康情况 / finding 〔敏感个人信息 sensitive personal data〕',
    `reminder_id` Nullable(String) COMMENT '提醒编号 / reminder id 〔间接标识 quasi-identifier〕',
    `about` LowCardinality(Nullable(String)) COMMENT '提醒事由 / about',
    `delivered` Nullable(Bool) COMMENT '是否送达 / delivered',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `service_id`, `volunteer_id`, `hours`, `kind`, `redemption_id`, `purpose`, `visit_id`, `elder_id`, `living_alone`, `needs_help`, `note`, `resident_id`, `finding`, `reminder_id`, `about`, `delivered`, `reason`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_care` FINAL
COMMENT '互助养老与家庭医生：全部事件 / care for one another: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_contacts`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `visit_id` Nullable(String) COMMENT '走访编号 / visit id 〔间接标识 quasi-identifier〕',
    `household_id` Nullable(String) COMMENT '户编号 / household id 〔间接标识 quasi-identifier〕',
    `visitor_kind` LowCardinality(Nullable(String)) COMMENT '走访人类型 / kind of visitor',
    `visitor` Nullable(String) COMMENT '走访人 / visitor 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `issues_found` Nullable(Int64) COMMENT '收集问题数 / issues found',
    `issues_solved` Nullable(Int64) COMMENT '当场解决数 / issues solved at once',
    `note` Nullable(String) COMMENT '走访记录 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `log_id` Nullable(String) COMMENT '日志编号 / log id 〔间接标识 quasi-identifier〕',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '一线工作时长（小时） / hours in the field',
    `hours_worked` Nullable(Decimal(18, 2)) COMMENT '当天工作时长（小时） / hours worked',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `visit_id`, `household_id`, `visitor_kind`, `visitor`, `issues_found`, `issues_solved`, `note`, `log_id`, `cadre_id`, `hours`, `hours_worked`, `reason`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_contacts` FINAL
COMMENT '党员联户：全部事件 / contacts with households: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_disclosure`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `disclosure_id` Nullable(String) COMMENT '公开编号 / disclosure id；质询的公开 / disclosure in question 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '公开类别 / kind of disclosure',
    `period` Nullable(String) COMMENT '公开期次 / period',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应公开时限 / due at',
    `url` Nullable(String) COMMENT '网址 / url',
    `question_id` Nullable(String) COMMENT '质询编号 / question id 〔间接标识 quasi-identifier〕',
    `question` Nullable(String) COMMENT '质询内容 / question 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `resident` Nullable(String) COMMENT '质询人 / who asks 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `answer` Nullable(String) COMMENT '答复内容 / answer 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `accepted` Nullable(Bool) COMMENT '是否认可 / accepted',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `disclosure_id`, `kind`, `period`, `due_at`, `url`, `question_id`, `question`, `resident`, `answer`, `accepted`, `reason`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_disclosure` FINAL
COMMENT '村务公开：全部事件 / disclosure of village affairs: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_disputes`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `dispute_id` Nullable(String) COMMENT '纠纷编号 / dispute id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '纠纷类型 / kind of dispute',
    `parties_count` Nullable(Int64) COMMENT '当事人数 / number of parties',
    `origin` LowCardinality(Nullable(String)) COMMENT '纠纷来源 / origin',
    `amount_in_dispute` Nullable(Decimal(18, 2)) COMMENT '争议金额 / amount in dispute',
    `appeal_id` Nullable(String) COMMENT '来源诉求编号 / appeal it came from 〔间接标识 quasi-identifier〕',
    `summary` Nullable(String) COMMENT '纠纷简要 / summary 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `mediator_kind` LowCardinality(Nullable(String)) COMMENT '调解力量 / kind of mediator',
    `parties_present` Nullable(Int64) COMMENT '到场当事人数 / parties present',
    `outcome` LowCardinality(Nullable(String)) COMMENT '了结方式 / outcome',
    `in_writing` Nullable(Bool) COMMENT '是否书面协议 / in writing',
    `amount_agreed` Nullable(Decimal(18, 2)) COMMENT '协议金额 / amount agreed',
    `stable` Nullable(Bool) COMMENT '是否平稳 / stable',
    `note` Nullable(String) COMMENT '回访记录 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '复发原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `dispute_id`, `kind`, `parties_count`, `origin`, `amount_in_dispute`, `appeal_id`, `summary`, `mediator_kind`, `parties_present`, `outcome`, `in_writing`, `amount_agreed`, `stable`, `note`, `reason`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_disputes` FINAL
COMMENT '矛盾纠纷：全部事件 / disputes: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_duties`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `duty_id` Nullable(String) COMMENT '权责编号 / duty id；对应权责编号 / duty 〔间接标识 quasi-identifier〕',
    `subject_kind` LowCardinality(Nullable(String)) COMMENT '主体类别 / kind of subject',
    `subject` Nullable(String) COMMENT '承担主体 / subject',
    `duty` Nullable(String) COMMENT '权责事项 / duty',
    `basis` Nullable(String) COMMENT '依据 / basis',
    `reason` Nullable(String) COMMENT '撤下原因 / reason；退回说明 / explanation；退出原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `referral_id` Nullable(String) COMMENT '移交编号 / referral id 〔间接标识 quasi-identifier〕',
    `from_unit` Nullable(String) COMMENT '移交单位 / referring unit',
    `to_department` Nullable(String) COMMENT '移交给的部门 / department referred to',
    `joint` Nullable(Bool) COMMENT '是否多部门联办 / joint',
    `matter_id` Nullable(String) COMMENT '事项编号 / matter id 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应受理时限 / accept by',
    `matter` Nullable(String) COMMENT '事项内容 / matter 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `by_department` Nullable(String) COMMENT '承接部门 / department',
    `reason_kind` LowCardinality(Nullable(String)) COMMENT '退回理由 / reason',
    `result` Nullable(String) COMMENT '办理结果 / result 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `item_id` Nullable(String) COMMENT '准入事项编号 / item id 〔间接标识 quasi-identifier〕',
    `name` Nullable(String) COMMENT '事项名称 / name',
    `requested_by` Nullable(String) COMMENT '申请部门 / requested by',
    `with_funds` Nullable(Bool) COMMENT '是否费随事转 / with funds',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `duty_id`, `subject_kind`, `subject`, `duty`, `basis`, `reason`, `referral_id`, `from_unit`, `to_department`, `joint`, `matter_id`, `due_at`, `matter`, `by_department`, `reason_kind`, `result`, `item_id`, `name`, `requested_by`, `with_funds`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_duties` FINAL
COMMENT '权责清单与事项准入：全部事件 / duties and admitted items: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_evaluations`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `evaluation_id` Nullable(String) COMMENT '评价编号 / evaluation id 〔间接标识 quasi-identifier〕',
    `subject_kind` LowCardinality(Nullable(String)) COMMENT '对象类型 / kind of subject',
    `subject_id` Nullable(String) COMMENT '对象编号 / subject id 〔间接标识 quasi-identifier〕',
    `rater_kind` LowCardinality(Nullable(String)) COMMENT '评价主体 / kind of rater',
    `rater_id` Nullable(String) COMMENT '评价人编号 / rater id 〔间接标识 quasi-identifier〕',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `dimension` LowCardinality(Nullable(String)) COMMENT '评价维度 / dimension',
    `comment` Nullable(String) COMMENT '评价意见 / comment 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `evaluation_id`, `subject_kind`, `subject_id`, `rater_kind`, `rater_id`, `score`, `dimension`, `comment`, `reason`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_evaluations` FINAL
COMMENT '多元评价：全部事件 / evaluations from several sides: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_finance`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `entry_id` Nullable(String) COMMENT '分录编号 / entry id 〔间接标识 quasi-identifier〕',
    `account` Nullable(String) COMMENT '会计科目 / account',
    `direction` LowCardinality(Nullable(String)) COMMENT '收支方向 / direction',
    `amount` Nullable(Decimal(18, 2)) COMMENT '金额 / amount；资产原值 / book value；年租金 / yearly rent；涉及金额 / amount',
    `category` LowCardinality(Nullable(String)) COMMENT '收支类别 / category',
    `counterparty` Nullable(String) COMMENT '对方单位 / counterparty 〔间接标识 quasi-identifier〕',
    `counterparty_person` Nullable(String) COMMENT '对方个人 / counterparty, a person 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `approved_by_count` Nullable(Int64) COMMENT '审批签字人数 / number of signatures',
    `summary` Nullable(String) COMMENT '摘要 / summary 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '冲销原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `dividend_id` Nullable(String) COMMENT '分红编号 / dividend id 〔间接标识 quasi-identifier〕',
    `for_year` Nullable(Int64) COMMENT '分红年度 / for the year',
    `shares` Nullable(Int64) COMMENT '分红股数 / shares',
    `amount_per_share` Nullable(Decimal(18, 2)) COMMENT '每股分红 / amount per share',
    `members` Nullable(Int64) COMMENT '分红人数 / members',
    `asset_id` Nullable(String) COMMENT '资产编号 / asset id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '资产类型 / kind of asset',
    `name` Nullable(String) COMMENT '资产名称 / name',
    `starts_on` Nullable(Date32) COMMENT '租期开始 / starts on',
    `ends_on` Nullable(Date32) COMMENT '租期结束 / ends on',
    `open_bidding` Nullable(Bool) COMMENT '是否公开交易 / open bidding',
    `lessee` Nullable(String) COMMENT '承租方 / lessee 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `use_id` Nullable(String) COMMENT '用权编号 / use id 〔间接标识 quasi-identifier〕',
    `item` Nullable(String) COMMENT '权力事项 / item',
    `procedure_followed` Nullable(Bool) COMMENT '是否按流程 / procedure followed',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `entry_id`, `account`, `direction`, `amount`, `category`, `counterparty`, `counterparty_person`, `approved_by_count`, `summary`, `reason`, `dividend_id`, `for_year`, `shares`, `amount_per_share`, `members`, `asset_id`, `kind`, `name`, `starts_on`, `ends_on`, `open_bidding`, `lessee`, `use_id`, `item`, `procedure_followed`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_finance` FINAL
COMMENT '集体经济与村级财务：全部事件 / collective economy and village finance: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_grid`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `patrol_id` Nullable(String) COMMENT '巡查编号 / patrol id 〔间接标识 quasi-identifier〕',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid id 〔间接标识 quasi-identifier〕',
    `minutes` Nullable(Int64) COMMENT '巡查时长（分钟） / minutes',
    `worker` Nullable(String) COMMENT '网格员 / grid worker 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `hazard_id` Nullable(String) COMMENT '隐患编号 / hazard id 〔间接标识 quasi-identifier〕',
    `level` LowCardinality(Nullable(String)) COMMENT '隐患等级 / level of the hazard；风险等级 / level of risk',
    `kind` LowCardinality(Nullable(String)) COMMENT '隐患类型 / kind of hazard；事件类型 / kind of incident',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `description` Nullable(String) COMMENT '隐患描述 / description；事件经过 / description 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `by_unit` Nullable(String) COMMENT '整改单位 / unit that put it right',
    `measure` Nullable(String) COMMENT '整改措施 / measure 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `passed` Nullable(Bool) COMMENT '是否通过 / passed',
    `note` Nullable(String) COMMENT '复查意见 / note；处置结果 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `incident_id` Nullable(String) COMMENT '事件编号（应急） / incident id 〔间接标识 quasi-identifier〕',
    `severity` LowCardinality(Nullable(String)) COMMENT '事件级别 / severity',
    `partner_townships` Nullable(String) COMMENT '跨界涉及乡镇 / townships across the boundary',
    `unit` Nullable(String) COMMENT '响应力量 / unit',
    `partner` Nullable(String) COMMENT '联处乡镇 / partner',
    `casualties` Nullable(Int64) COMMENT '伤亡人数 / casualties',
    `assessment_id` Nullable(String) COMMENT '评估编号 / assessment id 〔间接标识 quasi-identifier〕',
    `decision` Nullable(String) COMMENT '决策事项 / decision',
    `advice` LowCardinality(Nullable(String)) COMMENT '评估意见 / advice',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `patrol_id`, `grid_id`, `minutes`, `worker`, `longitude`, `latitude`, `hazard_id`, `level`, `kind`, `due_at`, `description`, `by_unit`, `measure`, `passed`, `note`, `incident_id`, `severity`, `partner_townships`, `unit`, `partner`, `casualties`, `assessment_id`, `decision`, `advice`, `reason`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_grid` FINAL
COMMENT '网格巡查与应急：全部事件 / grids, hazards and incidents: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_habitat`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `inspection_id` Nullable(String) COMMENT '检查编号 / inspection id 〔间接标识 quasi-identifier〕',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `inspector` LowCardinality(Nullable(String)) COMMENT '检查方 / inspector',
    `items` Nullable(Int64) COMMENT '检查项数 / items',
    `note` Nullable(String) COMMENT '检查意见 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `check_id` Nullable(String) COMMENT '抽查编号 / check id 〔间接标识 quasi-identifier〕',
    `households` Nullable(Int64) COMMENT '抽查户数 / households',
    `households_sorting` Nullable(Int64) COMMENT '分类正确户数 / households sorting',
    `renovation_id` Nullable(String) COMMENT '改厕编号 / renovation id 〔间接标识 quasi-identifier〕',
    `household_id` Nullable(String) COMMENT '户编号 / household id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '厕所类型 / kind of toilet；问题类型 / kind of issue',
    `accepted` Nullable(Bool) COMMENT '是否验收合格 / accepted',
    `issue_id` Nullable(String) COMMENT '问题编号 / issue id 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `description` Nullable(String) COMMENT '问题描述 / description 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `measure` Nullable(String) COMMENT '整改措施 / measure 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `inspection_id`, `score`, `inspector`, `items`, `note`, `check_id`, `households`, `households_sorting`, `renovation_id`, `household_id`, `kind`, `accepted`, `issue_id`, `due_at`, `description`, `longitude`, `latitude`, `measure`, `reason`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_habitat` FINAL
COMMENT '人居环境：全部事件 / living environment: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_innovation`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `proposal_id` Nullable(String) COMMENT '提案编号 / proposal id 〔间接标识 quasi-identifier〕',
    `area` LowCardinality(Nullable(String)) COMMENT '领域 / area',
    `proposer_kind` LowCardinality(Nullable(String)) COMMENT '提案人类别 / kind of proposer',
    `title` Nullable(String) COMMENT '标题 / title',
    `proposer` Nullable(String) COMMENT '提案人 / proposer 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `content` Nullable(String) COMMENT '内容 / content 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `by_department` Nullable(String) COMMENT '采纳部门 / adopting department；答复部门 / deciding department；认定部门 / deciding department',
    `reason` Nullable(String) COMMENT '理由 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `evaluator_kind` LowCardinality(Nullable(String)) COMMENT '评估主体 / evaluator',
    `score` Nullable(Int64) COMMENT '得分 / score',
    `kind` LowCardinality(Nullable(String)) COMMENT '容错情形 / kind of exemption',
    `person` Nullable(String) COMMENT '免责人员 / person 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `note` Nullable(String) COMMENT '说明 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `practice_id` Nullable(String) COMMENT '做法编号 / practice id 〔间接标识 quasi-identifier〕',
    `problem` Nullable(String) COMMENT '问题 / problem 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `method` Nullable(String) COMMENT '做法 / method 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `result` Nullable(String) COMMENT '成效 / result 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `from_proposal` Nullable(String) COMMENT '来源提案编号 / proposal it came from 〔间接标识 quasi-identifier〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `proposal_id`, `area`, `proposer_kind`, `title`, `proposer`, `content`, `by_department`, `reason`, `evaluator_kind`, `score`, `kind`, `person`, `note`, `practice_id`, `problem`, `method`, `result`, `from_proposal`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_innovation` FINAL
COMMENT '创新提案与最佳案例：全部事件 / proposals and practices: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_organisations`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `meeting_id` Nullable(String) COMMENT '会议编号 / meeting id 〔间接标识 quasi-identifier〕',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '组织生活类型 / kind of meeting',
    `expected` Nullable(Int64) COMMENT '应到人数 / expected',
    `present` Nullable(Int64) COMMENT '实到人数 / present',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应召开时限 / due at；整顿期限 / due at',
    `topic` Nullable(String) COMMENT '主题 / topic 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `rectification_id` Nullable(String) COMMENT '整顿编号 / rectification id 〔间接标识 quasi-identifier〕',
    `reason` LowCardinality(Nullable(String)) COMMENT '软弱涣散情形 / reason',
    `note` Nullable(String) COMMENT '说明 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `passed` Nullable(Bool) COMMENT '是否通过 / passed',
    `by_department` Nullable(String) COMMENT '验收单位 / verifying department；评定单位 / awarding department',
    `finding` Nullable(String) COMMENT '验收意见 / finding 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `rating_id` Nullable(String) COMMENT '评星编号 / rating id 〔间接标识 quasi-identifier〕',
    `stars` Nullable(Int64) COMMENT '星级 / stars',
    `member` Nullable(String) COMMENT '党员 / member 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `meeting_id`, `organisation_id`, `kind`, `expected`, `present`, `due_at`, `topic`, `rectification_id`, `reason`, `note`, `passed`, `by_department`, `finding`, `rating_id`, `stars`, `member`, `event_voided_reason`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_organisations` FINAL
COMMENT '党组织建设：全部事件 / party organisations: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_registers`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `household_id` Nullable(String) COMMENT '户编号 / household id 〔间接标识 quasi-identifier〕',
    `head` Nullable(String) COMMENT '户主 / head of household 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `residents` Nullable(Int64) COMMENT '常住人口 / residents',
    `low_income` Nullable(Bool) COMMENT '是否低收入 / low income 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '户的类别 / kind of household；组织类别 / kind of organisation',
    `reason` LowCardinality(Nullable(String)) COMMENT '注销原因 / reason 〔间接标识 quasi-identifier〕',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid id 〔间接标识 quasi-identifier〕',
    `name` Nullable(String) COMMENT '网格名称 / name of the grid；姓名 / name；事项名称 / name of the item；组织名称 / name of the organisation 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `worker` Nullable(String) COMMENT '网格员 / grid worker 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `post` LowCardinality(Nullable(String)) COMMENT '职务 / post',
    `elder_id` Nullable(String) COMMENT '老人编号 / elder id 〔间接标识 quasi-identifier〕',
    `living_alone` Nullable(Bool) COMMENT '是否独居 / living alone 〔间接标识 quasi-identifier〕',
    `resident_id` Nullable(String) COMMENT '居民编号 / resident id 〔间接标识 quasi-identifier〕',
    `doctor` Nullable(String) COMMENT '家庭医生 / family doctor 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `item` Nullable(String) COMMENT '事项编码 / item',
    `organisation_id` Nullable(String) COMMENT '组织编号 / organisation id 〔间接标识 quasi-identifier〕',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `household_id`, `head`, `residents`, `low_income`, `kind`, `reason`, `grid_id`, `name`, `worker`, `cadre_id`, `post`, `elder_id`, `living_alone`, `resident_id`, `doctor`, `item`, `organisation_id`, `event_voided_reason`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_registers` FINAL
COMMENT '底册：全部事件 / registers: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_supervision`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `warning_id` Nullable(String) COMMENT '预警编号 / warning id 〔间接标识 quasi-identifier〕',
    `indicator` Nullable(String) COMMENT '指标编号 / indicator；对应指标 / indicator',
    `colour` LowCardinality(Nullable(String)) COMMENT '预警颜色 / colour',
    `value` Nullable(Float64) COMMENT '指标值 / value',
    `line` Nullable(Float64) COMMENT '警戒线 / line',
    `period` Nullable(String) COMMENT '所属时段 / period',
    `about_department` Nullable(String) COMMENT '责任部门 / responsible department；受表彰部门 / department commended',
    `previous_warning_id` Nullable(String) COMMENT '上一次同项预警编号 / previous warning 〔间接标识 quasi-identifier〕',
    `days_since_cleared` Nullable(Int64) COMMENT '距上次解除天数 / days since it was cleared',
    `reds_in_a_row` Nullable(Int64) COMMENT '连续红色期数 / reds in a row',
    `to_step` LowCardinality(Nullable(String)) COMMENT '升至 / to step',
    `because` LowCardinality(Nullable(String)) COMMENT '升级原因 / because；解除原因 / because',
    `by_department` Nullable(String) COMMENT '约谈单位 / talking department；督办单位 / supervising department；责令单位 / ordering department；验收单位 / accepting department；表彰单位 / awarding department',
    `post` Nullable(String) COMMENT '被约谈人职务 / post',
    `note` Nullable(String) COMMENT '约谈要点 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `list_number` Nullable(String) COMMENT '督办单号 / list number 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `requirement` Nullable(String) COMMENT '整改要求 / requirement 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `evidence` Nullable(String) COMMENT '佐证 / evidence 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `award_id` Nullable(String) COMMENT '表彰编号 / award id 〔间接标识 quasi-identifier〕',
    `title` Nullable(String) COMMENT '表彰名称 / title',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `warning_id`, `indicator`, `colour`, `value`, `line`, `period`, `about_department`, `previous_warning_id`, `days_since_cleared`, `reds_in_a_row`, `to_step`, `because`, `by_department`, `post`, `note`, `list_number`, `due_at`, `requirement`, `evidence`, `award_id`, `title`, `reason`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_supervision` FINAL
COMMENT '预警督办与表彰：全部事件 / warnings, supervision and awards: every event';

CREATE OR REPLACE VIEW `xiangmai`.`events_training`
(
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `case_type` LowCardinality(String) COMMENT '所属事项类型 / type of the case it belongs to',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `attendance_id` Nullable(String) COMMENT '培训记录编号 / attendance id 〔间接标识 quasi-identifier〕',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '培训类型 / kind of training',
    `hours` Nullable(Decimal(18, 2)) COMMENT '学习时长（学时） / hours',
    `course` Nullable(String) COMMENT '课程名称 / course',
    `online` Nullable(Bool) COMMENT '是否线上 / online',
    `assessment_id` Nullable(String) COMMENT '测评编号 / assessment id 〔间接标识 quasi-identifier〕',
    `dimension` LowCardinality(Nullable(String)) COMMENT '能力维度 / dimension',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `test_id` Nullable(String) COMMENT '测试编号 / test id 〔间接标识 quasi-identifier〕',
    `passed` Nullable(Bool) COMMENT '是否达标 / passed',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `event`, `township`, `village`, `case_type`, `case_id`, `event_id`, `occurred_at`, `recorded_at`, `department`, `source`, `corrects`, `attendance_id`, `cadre_id`, `kind`, `hours`, `course`, `online`, `assessment_id`, `dimension`, `score`, `test_id`, `passed`, `reason`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`events_training` FINAL
COMMENT '干部培训与能力：全部事件 / training of cadres: every event';

CREATE OR REPLACE VIEW `xiangmai`.`cases_appeal`
(
    `case_id` String COMMENT '诉求编号 / appeal id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `reported_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '登记时间 / reported at',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办理期限 / due at',
    `channel` Nullable(String) COMMENT '渠道 / channel',
    `category` Nullable(String) COMMENT '诉求类别 / category',
    `urgency` Nullable(String) COMMENT '紧急程度 / urgency',
    `reporting_department` Nullable(String) COMMENT '登记单位 / reporting department',
    `dispatched_to` Nullable(String) COMMENT '最后派往部门 / department last dispatched to',
    `closing_department` Nullable(String) COMMENT '办结部门 / closing department',
    `department` Nullable(String) COMMENT '责任部门 / responsible department',
    `first_dispatched_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次派单时间 / first dispatched at',
    `first_responded_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次响应时间 / first responded at',
    `closed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办结时间 / closed at',
    `outcome` Nullable(String) COMMENT '办理结果 / outcome',
    `returned` Nullable(Bool) COMMENT '是否退过单 / was returned',
    `return_count` Nullable(Int64) COMMENT '退单次数 / number of returns',
    `reopened` Nullable(Bool) COMMENT '是否重开过 / was reopened',
    `rated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近回访时间 / last rated at',
    `responded` Nullable(Bool) COMMENT '是否响应 / responded',
    `resolved` Nullable(Bool) COMMENT '是否解决 / resolved',
    `satisfied` Nullable(Bool) COMMENT '是否满意 / satisfied',
    `last_dispatched_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近派单时间 / last dispatched at',
    `whistled` Nullable(Bool) COMMENT '最近派单是否吹哨 / last dispatch was a whistle',
    `answered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近派单后首次响应时间 / first answered after the last dispatch at',
    `answered_by` Nullable(String) COMMENT '最近派单后首个响应部门 / department that first answered after the last dispatch',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `reported_at`, `due_at`, `channel`, `category`, `urgency`, `reporting_department`, `dispatched_to`, `closing_department`, `department`, `first_dispatched_at`, `first_responded_at`, `closed_at`, `outcome`, `returned`, `return_count`, `reopened`, `rated_at`, `responded`, `resolved`, `satisfied`, `last_dispatched_at`, `whistled`, `answered_at`, `answered_by`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_appeal` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'appeal' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'appeal' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '诉求：现状，一件一行 / appeal: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_report_demand`
(
    `case_id` String COMMENT '索报编号 / demand for a report id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `level` Nullable(String) COMMENT '索报对象 / asked of',
    `demanded_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '索报时间 / demanded at',
    `department` Nullable(String) COMMENT '索报部门 / demanding department',
    `form` Nullable(String) COMMENT '报表名称 / form',
    `kind` Nullable(String) COMMENT '索报类型 / kind of demand',
    `fields_count` Nullable(Int64) COMMENT '填报项数 / number of fields',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '要求报送时限 / due at',
    `duplicate_of` Nullable(String) COMMENT '重复于 / duplicate of',
    `filled_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次填报时间 / first filled at',
    `minutes` Nullable(Int64) COMMENT '填报用时（分钟） / minutes it took',
    `answered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '系统代填时间 / answered from events at',
    `met_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '报送时间 / met at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `level`, `demanded_at`, `department`, `form`, `kind`, `fields_count`, `due_at`, `duplicate_of`, `filled_at`, `minutes`, `answered_at`, `met_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_report_demand` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'report_demand' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'report_demand' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '索报：现状，一件一行 / demand for a report: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_check`
(
    `case_id` String COMMENT '检查编号 / check id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `level` Nullable(String) COMMENT '检查对象 / checked',
    `held_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '检查时间 / held at',
    `department` Nullable(String) COMMENT '检查部门 / checking department',
    `planned` Nullable(Bool) COMMENT '是否列入年度计划 / planned',
    `materials` Nullable(Int64) COMMENT '要求提供材料份数 / materials asked for',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `level`, `held_at`, `department`, `planned`, `materials`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_check` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'check' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'check' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '检查：现状，一件一行 / check: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_work_time`
(
    `case_id` String COMMENT '出勤工时编号 / work time id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `worked_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '记录时间 / worked at',
    `minutes` Nullable(Int64) COMMENT '出勤分钟数 / minutes',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `worked_at`, `minutes`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_work_time` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'work_time' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'work_time' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '出勤工时：现状，一件一行 / work time: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_care_service`
(
    `case_id` String COMMENT '时间银行存入编号 / hours put into the time bank id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `earned_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '服务时间 / earned at',
    `volunteer_id` Nullable(String) COMMENT '志愿者编号 / volunteer 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '服务时长 / hours',
    `kind` Nullable(String) COMMENT '服务类型 / kind of service',
    `never_leaves_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '退出时间（存入不过期，总为空） / leaves at (hours never lapse so always null)',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `earned_at`, `volunteer_id`, `hours`, `kind`, `never_leaves_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_care_service` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'care_service' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'care_service' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '时间银行存入：现状，一件一行 / hours put into the time bank: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_care_redemption`
(
    `case_id` String COMMENT '时间银行支取编号 / hours taken out of the time bank id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `redeemed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '支取时间 / redeemed at',
    `volunteer_id` Nullable(String) COMMENT '志愿者编号 / volunteer 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '支取时长 / hours',
    `purpose` Nullable(String) COMMENT '支取用途 / purpose',
    `never_leaves_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '退出时间（支取不撤回，总为空） / leaves at (always null)',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `redeemed_at`, `volunteer_id`, `hours`, `purpose`, `never_leaves_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_care_redemption` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'care_redemption' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'care_redemption' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '时间银行支取：现状，一件一行 / hours taken out of the time bank: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_elder_visit`
(
    `case_id` String COMMENT '老人走访编号 / visit to an elder id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `visited_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '走访时间 / visited at',
    `elder_id` Nullable(String) COMMENT '老人编号 / elder 〔间接标识 quasi-identifier〕',
    `living_alone` Nullable(Bool) COMMENT '是否独居 / living alone',
    `needs_help` Nullable(Bool) COMMENT '是否需要帮助 / needs help',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `visited_at`, `elder_id`, `living_alone`, `needs_help`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_elder_visit` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'elder_visit' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'elder_visit' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '老人走访：现状，一件一行 / visit to an elder: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_doctor_visit`
(
    `case_id` String COMMENT '家庭医生服务编号 / visit of the family doctor id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `visited_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '服务时间 / visited at',
    `resident_id` Nullable(String) COMMENT '居民编号 / resident 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '服务方式 / kind of visit',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `visited_at`, `resident_id`, `kind`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_doctor_visit` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'doctor_visit' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'doctor_visit' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '家庭医生服务：现状，一件一行 / visit of the family doctor: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_care_reminder`
(
    `case_id` String COMMENT '提醒编号 / reminder id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `sent_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '提醒时间 / sent at',
    `about` Nullable(String) COMMENT '提醒事由 / about',
    `delivered` Nullable(Bool) COMMENT '是否送达 / delivered',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `sent_at`, `about`, `delivered`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_care_reminder` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'care_reminder' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'care_reminder' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '提醒：现状，一件一行 / reminder: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_household_visit`
(
    `case_id` String COMMENT '入户走访编号 / visit to a household id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `visited_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '走访时间 / visited at',
    `household_id` Nullable(String) COMMENT '户编号 / household 〔间接标识 quasi-identifier〕',
    `visitor_kind` Nullable(String) COMMENT '走访人类型 / kind of visitor',
    `issues_found` Nullable(Int64) COMMENT '收集问题数 / issues found',
    `issues_solved` Nullable(Int64) COMMENT '当场解决数 / issues solved at once',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `visited_at`, `household_id`, `visitor_kind`, `issues_found`, `issues_solved`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_household_visit` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'household_visit' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'household_visit' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '入户走访：现状，一件一行 / visit to a household: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_field_day`
(
    `case_id` String COMMENT '一线工作日志编号 / day in the field id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `logged_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '日志时间 / logged at',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '一线工作时长 / hours in the field',
    `hours_worked` Nullable(Decimal(18, 2)) COMMENT '当天工作时长 / hours worked',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `logged_at`, `cadre_id`, `hours`, `hours_worked`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_field_day` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'field_day' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'field_day' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '一线工作日志：现状，一件一行 / day in the field: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_disclosure`
(
    `case_id` String COMMENT '公开编号 / disclosure id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `posted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '公开时间 / posted at',
    `kind` Nullable(String) COMMENT '公开类别 / kind of disclosure',
    `period` Nullable(String) COMMENT '公开期次 / period',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应公开时限 / due at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `posted_at`, `kind`, `period`, `due_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_disclosure` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'disclosure' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'disclosure' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '公开：现状，一件一行 / disclosure: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_question`
(
    `case_id` String COMMENT '质询编号 / question id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `raised_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '提出时间 / raised at',
    `disclosure_id` Nullable(String) COMMENT '质询的公开 / disclosure in question 〔间接标识 quasi-identifier〕',
    `answered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次答复时间 / first answered at',
    `accepted` Nullable(Bool) COMMENT '是否认可 / accepted',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `raised_at`, `disclosure_id`, `answered_at`, `accepted`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_question` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'question' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'question' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '质询：现状，一件一行 / question: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_dispute`
(
    `case_id` String COMMENT '矛盾纠纷编号 / dispute id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `registered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '登记时间 / registered at',
    `kind` Nullable(String) COMMENT '纠纷类型 / kind of dispute',
    `origin` Nullable(String) COMMENT '纠纷来源 / origin',
    `parties_count` Nullable(Int64) COMMENT '当事人数 / number of parties',
    `amount_in_dispute` Nullable(Decimal(18, 2)) COMMENT '争议金额 / amount in dispute',
    `mediation_count` Nullable(Int64) COMMENT '调解次数 / number of mediations',
    `first_mediated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次调解时间 / first mediated at',
    `mediator_kind` Nullable(String) COMMENT '最近调解力量 / last kind of mediator',
    `court_mediated` Nullable(Bool) COMMENT '是否经法院调解 / mediated by a court',
    `first_settled_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次了结时间 / first settled at',
    `settled_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '了结时间 / settled at',
    `outcome` Nullable(String) COMMENT '了结方式 / outcome',
    `amount_agreed` Nullable(Decimal(18, 2)) COMMENT '协议金额 / amount agreed',
    `followed_up_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次回访时间 / first followed up at',
    `stable` Nullable(Bool) COMMENT '回访是否平稳 / stable when last followed up',
    `first_recurred_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次复发时间 / first recurred at',
    `last_recurred_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近复发时间 / last recurred at',
    `open_since` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '在办起算时间 / open since',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `registered_at`, `kind`, `origin`, `parties_count`, `amount_in_dispute`, `mediation_count`, `first_mediated_at`, `mediator_kind`, `court_mediated`, `first_settled_at`, `settled_at`, `outcome`, `amount_agreed`, `followed_up_at`, `stable`, `first_recurred_at`, `last_recurred_at`, `open_since`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_dispute` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'dispute' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'dispute' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '矛盾纠纷：现状，一件一行 / dispute: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_duty`
(
    `case_id` String COMMENT '权责事项编号 / duty id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `assigned_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '列单时间 / assigned at',
    `subject_kind` Nullable(String) COMMENT '主体类别 / kind of subject',
    `subject` Nullable(String) COMMENT '承担主体 / subject',
    `withdrawn_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '撤单时间 / withdrawn at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `assigned_at`, `subject_kind`, `subject`, `withdrawn_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_duty` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'duty' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'duty' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '权责事项：现状，一件一行 / duty: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_referral`
(
    `case_id` String COMMENT '移交事项编号 / referral id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `referred_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '移交时间 / referred at',
    `from_unit` Nullable(String) COMMENT '移交单位 / referring unit',
    `department` Nullable(String) COMMENT '承接部门 / department referred to',
    `joint` Nullable(Bool) COMMENT '是否多部门联办 / joint',
    `matter_id` Nullable(String) COMMENT '事项编号 / matter id 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应受理时限 / accept by',
    `first_accepted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次受理时间 / first accepted at',
    `refused` Nullable(Bool) COMMENT '是否被退回过 / was refused',
    `refusal_reason` Nullable(String) COMMENT '最近退回理由 / last reason of refusal',
    `refused_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '退回时间 / refused at',
    `done_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办结时间 / done at',
    `ended_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '了结时间 / ended at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `referred_at`, `from_unit`, `department`, `joint`, `matter_id`, `due_at`, `first_accepted_at`, `refused`, `refusal_reason`, `refused_at`, `done_at`, `ended_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_referral` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'referral' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'referral' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '移交事项：现状，一件一行 / referral: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_admitted_item`
(
    `case_id` String COMMENT '准入事项编号 / admitted item id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `admitted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '准入时间 / admitted at',
    `requested_by` Nullable(String) COMMENT '申请部门 / requested by',
    `with_funds` Nullable(Bool) COMMENT '是否费随事转 / with funds',
    `removed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '退出时间 / removed at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `admitted_at`, `requested_by`, `with_funds`, `removed_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_admitted_item` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'admitted_item' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'admitted_item' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '准入事项：现状，一件一行 / admitted item: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_evaluation`
(
    `case_id` String COMMENT '评价编号 / evaluation id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `submitted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '评价时间 / submitted at',
    `subject_kind` Nullable(String) COMMENT '对象类型 / kind of subject',
    `subject_id` Nullable(String) COMMENT '对象编号 / subject 〔间接标识 quasi-identifier〕',
    `rater_kind` Nullable(String) COMMENT '评价主体 / kind of rater',
    `rater_id` Nullable(String) COMMENT '评价人编号 / rater 〔间接标识 quasi-identifier〕',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `aspect` Nullable(String) COMMENT '评价维度 / dimension',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `submitted_at`, `subject_kind`, `subject_id`, `rater_kind`, `rater_id`, `score`, `aspect`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_evaluation` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'evaluation' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'evaluation' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '评价：现状，一件一行 / evaluation: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_ledger_entry`
(
    `case_id` String COMMENT '收支分录编号 / ledger entry id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `posted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '入账时间 / posted at',
    `account` Nullable(String) COMMENT '会计科目 / account',
    `direction` Nullable(String) COMMENT '收支方向 / direction',
    `category` Nullable(String) COMMENT '收支类别 / category',
    `amount` Nullable(Decimal(18, 2)) COMMENT '金额 / amount',
    `approved_by_count` Nullable(Int64) COMMENT '审批签字人数 / number of signatures',
    `reversed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '冲销时间 / reversed at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `posted_at`, `account`, `direction`, `category`, `amount`, `approved_by_count`, `reversed_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_ledger_entry` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'ledger_entry' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'ledger_entry' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '收支分录：现状，一件一行 / ledger entry: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_dividend`
(
    `case_id` String COMMENT '股份分红编号 / dividend id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `paid_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '发放时间 / paid at',
    `for_year` Nullable(Int64) COMMENT '分红年度 / for the year',
    `shares` Nullable(Int64) COMMENT '分红股数 / shares',
    `amount_per_share` Nullable(Decimal(18, 2)) COMMENT '每股分红 / amount per share',
    `members` Nullable(Int64) COMMENT '分红人数 / members',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `paid_at`, `for_year`, `shares`, `amount_per_share`, `members`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_dividend` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'dividend' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'dividend' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '股份分红：现状，一件一行 / dividend: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_asset`
(
    `case_id` String COMMENT '集体资产编号 / asset id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `registered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '登记时间 / registered at',
    `kind` Nullable(String) COMMENT '资产类型 / kind of asset',
    `book_value` Nullable(Decimal(18, 2)) COMMENT '资产原值 / book value',
    `leased_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近出租时间 / last leased at',
    `yearly_rent` Nullable(Decimal(18, 2)) COMMENT '最近年租金 / last yearly rent',
    `leased_until` Nullable(Date32) COMMENT '租期最后一天 / last day of the lease',
    `open_bidding` Nullable(Bool) COMMENT '最近出租是否公开交易 / last leased by open bidding',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `registered_at`, `kind`, `book_value`, `leased_at`, `yearly_rent`, `leased_until`, `open_bidding`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_asset` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'asset' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'asset' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '集体资产：现状，一件一行 / asset: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_power_use`
(
    `case_id` String COMMENT '小微权力运行编号 / use of a small power id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `used_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '用权时间 / used at',
    `item` Nullable(String) COMMENT '权力事项 / item',
    `procedure_followed` Nullable(Bool) COMMENT '是否按流程 / procedure followed',
    `amount` Nullable(Decimal(18, 2)) COMMENT '涉及金额 / amount',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `used_at`, `item`, `procedure_followed`, `amount`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_power_use` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'power_use' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'power_use' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '小微权力运行：现状，一件一行 / use of a small power: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_patrol`
(
    `case_id` String COMMENT '网格巡查编号 / patrol id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `patrolled_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '巡查时间 / patrolled at',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid 〔间接标识 quasi-identifier〕',
    `minutes` Nullable(Int64) COMMENT '巡查时长（分钟） / minutes',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `patrolled_at`, `grid_id`, `minutes`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_patrol` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'patrol' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'patrol' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '网格巡查：现状，一件一行 / patrol: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_hazard`
(
    `case_id` String COMMENT '隐患编号 / hazard id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `found_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '发现时间 / found at',
    `level` Nullable(String) COMMENT '隐患等级 / level',
    `kind` Nullable(String) COMMENT '隐患类型 / kind',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `first_rectified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次整改时间 / first rectified at',
    `last_rectified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近整改时间 / last rectified at',
    `verified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近复查时间 / last verified at',
    `passed` Nullable(Bool) COMMENT '最近复查是否通过 / passed when last verified',
    `failed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近复查不通过时间 / last failed at',
    `rectified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改完毕时间 / rectified at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `found_at`, `level`, `kind`, `grid_id`, `due_at`, `longitude`, `latitude`, `first_rectified_at`, `last_rectified_at`, `verified_at`, `passed`, `failed_at`, `rectified_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_hazard` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'hazard' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'hazard' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '隐患：现状，一件一行 / hazard: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_incident`
(
    `case_id` String COMMENT '突发事件编号 / incident id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `reported_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '上报时间 / reported at',
    `kind` Nullable(String) COMMENT '事件类型 / kind of incident',
    `severity` Nullable(String) COMMENT '事件级别 / severity',
    `partner_townships` Nullable(String) COMMENT '跨界涉及乡镇 / townships across the boundary',
    `responded_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次响应时间 / first responded at',
    `joint_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次联处时间 / joint handling first started at',
    `closed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办结时间 / closed at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `reported_at`, `kind`, `severity`, `partner_townships`, `responded_at`, `joint_at`, `closed_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_incident` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'incident' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'incident' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '突发事件：现状，一件一行 / incident: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_risk_assessment`
(
    `case_id` String COMMENT '重大决策风险评估编号 / risk assessment id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `assessed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '评估时间 / assessed at',
    `level` Nullable(String) COMMENT '风险等级 / level of risk',
    `advice` Nullable(String) COMMENT '评估意见 / advice',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `assessed_at`, `level`, `advice`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_risk_assessment` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'risk_assessment' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'risk_assessment' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '重大决策风险评估：现状，一件一行 / risk assessment: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_inspection`
(
    `case_id` String COMMENT '人居环境检查编号 / inspection id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `inspected_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '检查时间 / inspected at',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `inspector` Nullable(String) COMMENT '检查方 / inspector',
    `items` Nullable(Int64) COMMENT '检查项数 / items',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `inspected_at`, `score`, `inspector`, `items`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_inspection` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'inspection' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'inspection' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '人居环境检查：现状，一件一行 / inspection: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_sorting_check`
(
    `case_id` String COMMENT '垃圾分类抽查编号 / check of garbage sorting id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `checked_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '抽查时间 / checked at',
    `households` Nullable(Int64) COMMENT '抽查户数 / households',
    `households_sorting` Nullable(Int64) COMMENT '分类正确户数 / households sorting',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `checked_at`, `households`, `households_sorting`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_sorting_check` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'sorting_check' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'sorting_check' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '垃圾分类抽查：现状，一件一行 / check of garbage sorting: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_toilet_renovation`
(
    `case_id` String COMMENT '改厕编号 / renovation of a toilet id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `renovated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '改厕完成时间 / renovated at',
    `household_id` Nullable(String) COMMENT '户编号 / household 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '厕所类型 / kind of toilet',
    `accepted` Nullable(Bool) COMMENT '是否验收合格 / accepted',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `renovated_at`, `household_id`, `kind`, `accepted`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_toilet_renovation` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'toilet_renovation' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'toilet_renovation' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '改厕：现状，一件一行 / renovation of a toilet: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_habitat_issue`
(
    `case_id` String COMMENT '环境问题编号 / habitat issue id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `found_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '发现时间 / found at',
    `kind` Nullable(String) COMMENT '问题类型 / kind of issue',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `fixed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次整改时间 / first fixed at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `found_at`, `kind`, `due_at`, `fixed_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_habitat_issue` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'habitat_issue' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'habitat_issue' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '环境问题：现状，一件一行 / habitat issue: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_proposal`
(
    `case_id` String COMMENT '创新提案编号 / proposal id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `submitted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '提交时间 / submitted at',
    `area` Nullable(String) COMMENT '领域 / area',
    `proposer_kind` Nullable(String) COMMENT '提案人类别 / kind of proposer',
    `adopted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '采纳时间 / adopted at',
    `declined_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '不予采纳时间 / declined at',
    `first_decided_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次答复时间 / first decided at',
    `evaluated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近评估时间 / last evaluated at',
    `score` Nullable(Int64) COMMENT '最近评估得分 / last score',
    `exempted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次容错认定时间 / first exempted at',
    `exemption_kind` Nullable(String) COMMENT '容错情形 / kind of exemption',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `submitted_at`, `area`, `proposer_kind`, `adopted_at`, `declined_at`, `first_decided_at`, `evaluated_at`, `score`, `exempted_at`, `exemption_kind`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_proposal` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'proposal' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'proposal' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '创新提案：现状，一件一行 / proposal: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_practice`
(
    `case_id` String COMMENT '最佳实践编号 / practice id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `practised_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '入库时间 / recorded at',
    `area` Nullable(String) COMMENT '领域 / area',
    `from_proposal` Nullable(String) COMMENT '来源提案编号 / proposal it came from 〔间接标识 quasi-identifier〕',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `practised_at`, `area`, `from_proposal`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_practice` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'practice' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'practice' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '最佳实践：现状，一件一行 / practice: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_organisation_meeting`
(
    `case_id` String COMMENT '组织生活编号 / organisation meeting id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `held_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '召开时间 / held at',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '组织生活类型 / kind of meeting',
    `expected` Nullable(Int64) COMMENT '应到人数 / expected',
    `present` Nullable(Int64) COMMENT '实到人数 / present',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应召开时限 / due at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `held_at`, `organisation_id`, `kind`, `expected`, `present`, `due_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_organisation_meeting` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'organisation_meeting' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'organisation_meeting' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '组织生活：现状，一件一行 / organisation meeting: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_organisation_rectification`
(
    `case_id` String COMMENT '软弱涣散整顿编号 / rectification of an organisation id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `started_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '启动时间 / started at',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation 〔间接标识 quasi-identifier〕',
    `reason` Nullable(String) COMMENT '软弱涣散情形 / reason',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整顿期限 / due at',
    `verified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近验收时间 / last verified at',
    `passed` Nullable(Bool) COMMENT '最近验收是否通过 / passed when last verified',
    `passed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次通过时间 / first passed at',
    `ended_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '转化时间 / put right at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `started_at`, `organisation_id`, `reason`, `due_at`, `verified_at`, `passed`, `passed_at`, `ended_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_organisation_rectification` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'organisation_rectification' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'organisation_rectification' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '软弱涣散整顿：现状，一件一行 / rectification of an organisation: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_star_rating`
(
    `case_id` String COMMENT '党组织评星编号 / stars of an organisation id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `rated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '评星时间 / rated at',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation 〔间接标识 quasi-identifier〕',
    `stars` Nullable(Int64) COMMENT '星级 / stars',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `rated_at`, `organisation_id`, `stars`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_star_rating` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'star_rating' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'star_rating' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '党组织评星：现状，一件一行 / stars of an organisation: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_member_rating`
(
    `case_id` String COMMENT '党员评星编号 / stars of a member id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `rated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '评星时间 / rated at',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation 〔间接标识 quasi-identifier〕',
    `stars` Nullable(Int64) COMMENT '星级 / stars',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `rated_at`, `organisation_id`, `stars`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_member_rating` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'member_rating' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'member_rating' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '党员评星：现状，一件一行 / stars of a member: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_household`
(
    `case_id` String COMMENT '户编号 / household id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `registered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次登记时间 / first registered at',
    `removed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '注销时间 / removed at',
    `residents` Nullable(Int64) COMMENT '常住人口 / residents',
    `low_income` Nullable(Bool) COMMENT '是否低收入 / low income 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '户的类别 / kind of household',
    `removal_reason` Nullable(String) COMMENT '注销原因 / reason of removal 〔间接标识 quasi-identifier〕',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `registered_at`, `removed_at`, `residents`, `low_income`, `kind`, `removal_reason`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_household` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'household' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'household' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '户：现状，一件一行 / household: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_grid`
(
    `case_id` String COMMENT '网格编号 / grid id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `set_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '设立时间 / set up at',
    `closed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '撤销时间 / closed at',
    `name` Nullable(String) COMMENT '网格名称 / name of the grid',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `set_at`, `closed_at`, `name`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_grid` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'grid' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'grid' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '网格：现状，一件一行 / grid: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_cadre`
(
    `case_id` String COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `appointed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次任职时间 / first appointed at',
    `left_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '离任时间 / left at',
    `post` Nullable(String) COMMENT '职务 / post',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `appointed_at`, `left_at`, `post`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_cadre` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'cadre' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'cadre' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '干部：现状，一件一行 / cadre: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_elder`
(
    `case_id` String COMMENT '老人编号 / elder id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `listed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次列册时间 / first listed at',
    `delisted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '出册时间 / delisted at',
    `living_alone` Nullable(Bool) COMMENT '是否独居 / living alone 〔间接标识 quasi-identifier〕',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `listed_at`, `delisted_at`, `living_alone`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_elder` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'elder' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'elder' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '老人：现状，一件一行 / elder: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_doctor_contract`
(
    `case_id` String COMMENT '家庭医生签约编号 / family doctor\'s contract id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `signed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次签约时间 / first signed at',
    `ended_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '解约时间 / ended at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `signed_at`, `ended_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_doctor_contract` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'doctor_contract' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'doctor_contract' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '家庭医生签约：现状，一件一行 / family doctor\'s contract: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_service_item`
(
    `case_id` String COMMENT '服务事项编号 / service item id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `listed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次列入时间 / first listed at',
    `delisted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '移出时间 / delisted at',
    `name` Nullable(String) COMMENT '事项名称 / name of the item',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `listed_at`, `delisted_at`, `name`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_service_item` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'service_item' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'service_item' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '服务事项：现状，一件一行 / service item: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_organisation`
(
    `case_id` String COMMENT '党组织编号 / party organisation id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `founded_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次成立时间 / first founded at',
    `dissolved_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '撤销时间 / dissolved at',
    `name` Nullable(String) COMMENT '组织名称 / name of the organisation',
    `kind` Nullable(String) COMMENT '组织类别 / kind of organisation',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `founded_at`, `dissolved_at`, `name`, `kind`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_organisation` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'organisation' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'organisation' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '党组织：现状，一件一行 / party organisation: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_warning`
(
    `case_id` String COMMENT '预警编号 / warning id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `raised_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '预警时间 / raised at',
    `indicator` Nullable(String) COMMENT '指标编号 / indicator',
    `department` Nullable(String) COMMENT '责任部门 / responsible department',
    `raised_colour` Nullable(String) COMMENT '发出时颜色 / colour when raised',
    `line` Nullable(Float64) COMMENT '警戒线 / line',
    `previous_warning_id` Nullable(String) COMMENT '上一次同项预警编号 / previous warning 〔间接标识 quasi-identifier〕',
    `days_since_cleared` Nullable(Int64) COMMENT '距上次解除天数 / days since the last was cleared',
    `colour` Nullable(String) COMMENT '最近颜色 / last colour',
    `value` Nullable(Float64) COMMENT '最近指标值 / last value',
    `period` Nullable(String) COMMENT '最近时段 / last period',
    `renewals` Nullable(Int64) COMMENT '续期次数 / number of renewals',
    `red_renewals` Nullable(Int64) COMMENT '红色续期次数 / number of red renewals',
    `reds_in_a_row` Nullable(Int64) COMMENT '连续红色期数 / reds in a row',
    `escalated` Nullable(Bool) COMMENT '是否升级过 / was escalated',
    `escalated_to` Nullable(String) COMMENT '应升至 / last escalated to',
    `talked_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次约谈时间 / first talked at',
    `listed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '挂牌督办时间 / listed at',
    `ordered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近责令整改时间 / last ordered at',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / rectification due at',
    `passed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '验收通过时间 / accepted at',
    `cleared_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '解除时间 / cleared at',
    `cleared_because` Nullable(String) COMMENT '解除原因 / cleared because',
    `acted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次处置时间 / first acted at',
    `step` Nullable(String) COMMENT '所处阶段 / step of the ladder',
    `step_since` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '本阶段起算时间 / on this step since',
    `rectified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改了结时间 / rectification ended at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `raised_at`, `indicator`, `department`, `raised_colour`, `line`, `previous_warning_id`, `days_since_cleared`, `colour`, `value`, `period`, `renewals`, `red_renewals`, `reds_in_a_row`, `escalated`, `escalated_to`, `talked_at`, `listed_at`, `ordered_at`, `due_at`, `passed_at`, `cleared_at`, `cleared_because`, `acted_at`, `step`, `step_since`, `rectified_at`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_warning` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'warning' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'warning' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '预警：现状，一件一行 / warning: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_award`
(
    `case_id` String COMMENT '表彰编号 / award id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `given_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '表彰时间 / given at',
    `department` Nullable(String) COMMENT '受表彰部门 / department commended',
    `indicator` Nullable(String) COMMENT '对应指标 / indicator',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `given_at`, `department`, `indicator`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_award` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'award' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'award' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '表彰：现状，一件一行 / award: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_training_attendance`
(
    `case_id` String COMMENT '参加培训编号 / training attended id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `attended_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '培训时间 / attended at',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '培训类型 / kind of training',
    `hours` Nullable(Decimal(18, 2)) COMMENT '学习时长 / hours',
    `online` Nullable(Bool) COMMENT '是否线上 / online',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `attended_at`, `cadre_id`, `kind`, `hours`, `online`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_training_attendance` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'training_attendance' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'training_attendance' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '参加培训：现状，一件一行 / training attended: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_capability_assessment`
(
    `case_id` String COMMENT '能力测评编号 / capability assessment id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `assessed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '测评时间 / assessed at',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre 〔间接标识 quasi-identifier〕',
    `capability` Nullable(String) COMMENT '能力维度 / capability',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `assessed_at`, `cadre_id`, `capability`, `score`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_capability_assessment` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'capability_assessment' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'capability_assessment' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '能力测评：现状，一件一行 / capability assessment: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`cases_competence_test`
(
    `case_id` String COMMENT '胜任力测试编号 / competence test id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `tested_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '测试时间 / tested at',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre 〔间接标识 quasi-identifier〕',
    `passed` Nullable(Bool) COMMENT '是否达标 / passed',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '计算时间 / changed at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_id`, `township`, `village`, `tested_at`, `cadre_id`, `passed`, `score`, `event_count`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`cases_competence_test` FINAL
WHERE event_count > 0 AND toInt64(kafka_offset) >= transform(toString(kafka_partition), (SELECT groupArray(toString(kafka_partition)) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'competence_test' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.cases' AND case_type = 'competence_test' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '胜任力测试：现状，一件一行 / competence test: its state, one row a case';

CREATE OR REPLACE VIEW `xiangmai`.`indicator_cells`
(
    `indicator` LowCardinality(String) COMMENT '指标编号 / indicator id',
    `definition_version` UInt32 COMMENT '口径版本 / version of the definition',
    `case_type` LowCardinality(String) COMMENT '事项类型 / case type',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `place` LowCardinality(String) COMMENT '地方代码：乡镇9位，村12位 / place code: township 9 digits, village 12',
    `level` LowCardinality(String) COMMENT '层级：township 乡镇，village 村 / level of the place',
    `period` LowCardinality(String) COMMENT '时段：day 日，month 月，quarter 季，year 年，now 当前 / kind of period',
    `period_start` Date COMMENT '时段第一天（当前为1970-01-01） / first day of the period (now: 1970-01-01)',
    `dimension` LowCardinality(String) COMMENT '细分维度，空为不细分 / breakdown, empty for all',
    `dimension_value` LowCardinality(String) COMMENT '维度值，空为不细分 / value of the breakdown, empty for all',
    `numerator` Int64 COMMENT '分子 / numerator',
    `denominator` Int64 COMMENT '分母 / denominator',
    `buckets` Map(Int32, Int64) COMMENT '分布桶：桶号→件数 / histogram: bucket to count',
    `newest_event_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '背后最新事件的发生时间 / newest event behind it',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '算出时间 / when the worker computed it',
    `kafka_topic` LowCardinality(String) COMMENT '单元所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '单元所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '单元的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `indicator`, `definition_version`, `case_type`, `township`, `place`, `level`, `period`, `period_start`, `dimension`, `dimension_value`, `numerator`, `denominator`, `buckets`, `newest_event_at`, `changed_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`indicator_cells` FINAL
WHERE toInt64(kafka_offset) >= transform(concat(case_type, '|', toString(kafka_partition)), (SELECT groupArray(concat(case_type, '|', toString(kafka_partition))) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.indicators' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.indicators' ORDER BY case_type, kafka_partition)), toInt64(0))
COMMENT '指标单元：可加的分子与分母 / indicator cells: the additive parts';

CREATE OR REPLACE VIEW `xiangmai`.`indicator_catalogue`
(
    `indicator` String COMMENT '指标编号 / indicator id',
    `version` UInt32 COMMENT '口径版本 / version of the definition',
    `domain` LowCardinality(String) COMMENT '领域 / domain',
    `case_type` LowCardinality(String) COMMENT '事项类型 / case type',
    `kind` LowCardinality(String) COMMENT '类型：count 数量，share 比率，sum 合计，mean 均值，quantile 分位数，stock 存量，coverage 覆盖，distinct 去重计数，derived 派生，index 指数 / kind',
    `name_zh` String COMMENT '中文名称 / name in Chinese',
    `name_en` String COMMENT '英文名称 / name in English',
    `sentence_zh` String COMMENT '口径说明（中文） / the definition as a sentence, in Chinese',
    `sentence_en` String COMMENT '口径说明（英文） / the definition as a sentence, in English',
    `unit` String COMMENT '单位 / unit',
    `factor` Float64 COMMENT '换算：值 = 可加部分 ÷ 换算 / factor: value = part / factor',
    `direction` LowCardinality(String) COMMENT '方向：up 越高越好，down 越低越好，none 无 / which way is better',
    `goal` Nullable(Float64) COMMENT '目标 / goal',
    `yellow_line` Nullable(Float64) COMMENT '黄色预警线 / yellow line',
    `red_line` Nullable(Float64) COMMENT '红色预警线 / red line',
    `minimum_volume` Int64 COMMENT '参与排名的最小件数 / least volume to be ranked',
    `quantile` Nullable(Float64) COMMENT '分位（0–1） / quantile',
    `dimensions` Array(String) COMMENT '可细分的维度 / breakdowns',
    `effective_from` Date COMMENT '口径启用日 / first day of the definition',
    `definition` String COMMENT '口径全文（JSON） / the whole definition (JSON)',
    `periods` Array(String) COMMENT '公布的时段 / kinds of period that are shown',
    `covers` LowCardinality(String) COMMENT '覆盖对象：village 村；其他类型为空 / places of which it is the coverage, else empty',
    `expression` String COMMENT '派生指标的算式，其他为空 / expression of a derived indicator, else empty',
    `parts` String COMMENT '指数的构成：指标、权重、方向与计分（JSON），其他为空 / parts of an index (JSON), else empty',
    `score` String COMMENT '计分办法（JSON），不计分为空 / how it is scored (JSON), empty where it is not',
    `changed_zh` String COMMENT '旧口径为何停用，现行为空 / why an earlier definition was left, in Chinese, else empty',
    `changed_en` String COMMENT '旧口径为何停用（英文），现行为空 / why an earlier definition was left, else empty',
    `loaded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '载入时间 / when it was loaded'
)
AS SELECT `indicator`, `version`, `domain`, `case_type`, `kind`, `name_zh`, `name_en`, `sentence_zh`, `sentence_en`, `unit`, `factor`, `direction`, `goal`, `yellow_line`, `red_line`, `minimum_volume`, `quantile`, `dimensions`, `effective_from`, `definition`, `periods`, `covers`, `expression`, `parts`, `score`, `changed_zh`, `changed_en`, `loaded_at`
FROM `xiangmai_storage`.`indicator_catalogue` FINAL
WHERE loaded_at = (SELECT max(newest.loaded_at) FROM `xiangmai_storage`.`indicator_catalogue` AS newest)
COMMENT '指标目录：每个指标各版本的口径 / the indicator catalogue: every version of every definition';

CREATE OR REPLACE VIEW `xiangmai`.`org_units`
(
    `code` String COMMENT '代码 / code',
    `name` String COMMENT '名称 / name',
    `level` LowCardinality(String) COMMENT '层级 / level',
    `parent` Nullable(String) COMMENT '上级代码 / parent code',
    `aliases` Array(String) COMMENT '别名 / aliases',
    `valid_from` Nullable(Date32) COMMENT '启用日期 / valid from',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `code`, `name`, `level`, `parent`, `aliases`, `valid_from`, `recorded_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`org_units` FINAL
COMMENT '地方登记 / place defined';

CREATE OR REPLACE VIEW `xiangmai`.`departments`
(
    `code` String COMMENT '代码 / code',
    `name` String COMMENT '名称 / name',
    `name_en` Nullable(String) COMMENT '英文名称 / English name',
    `aliases` Array(String) COMMENT '别名 / aliases',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `code`, `name`, `name_en`, `aliases`, `recorded_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`departments` FINAL
COMMENT '部门登记 / department defined';

CREATE OR REPLACE VIEW `xiangmai`.`publications`
(
    `case_type` String COMMENT '事项类型 / case type',
    `since_offset` Int64 COMMENT '起始位点 / since offset',
    `published_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发布时间 / published at',
    `kafka_topic` LowCardinality(String) COMMENT '记录所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '记录所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '记录的位点 / its offset',
    `accepted_at` DateTime64(3, 'Asia/Shanghai') COMMENT 'Kafka 接收时间 / when Kafka accepted it',
    `ingested_at` DateTime64(3, 'Asia/Shanghai') COMMENT '入库时间 / when it reached the warehouse'
)
AS SELECT `case_type`, `since_offset`, `published_at`, `kafka_topic`, `kafka_partition`, `kafka_offset`, `accepted_at`, `ingested_at`
FROM `xiangmai_storage`.`publications` FINAL
COMMENT '重新发布：此前的同类记录不再有效 / published anew: records of the kind before that no longer count';

-- Cells of villages and townships as the worker published them, and the county's: the sum of its townships.
-- A county's code is the first six digits of its townships'.
CREATE OR REPLACE VIEW `xiangmai_storage`.cells_by_level AS
SELECT
    cell.indicator AS indicator,
    cell.definition_version AS definition_version,
    cell.level AS level,
    cell.place AS place,
    toLowCardinality(substring(cell.place, 1, 6)) AS county,
    cell.period AS period,
    cell.period_start AS period_start,
    cell.dimension AS dimension,
    cell.dimension_value AS dimension_value,
    cell.numerator AS numerator,
    cell.denominator AS denominator,
    cell.buckets AS buckets,
    cell.newest_event_at AS newest_event_at,
    cell.changed_at AS changed_at
FROM `xiangmai_storage`.indicator_cells AS cell FINAL
WHERE toInt64(kafka_offset) >= transform(concat(case_type, '|', toString(kafka_partition)), (SELECT groupArray(concat(case_type, '|', toString(kafka_partition))) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.indicators' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.indicators' ORDER BY case_type, kafka_partition)), toInt64(0))
UNION ALL
SELECT
    cell.indicator,
    cell.definition_version,
    toLowCardinality('county'),
    toLowCardinality(substring(cell.township, 1, 6)) AS county_code,
    county_code,
    cell.period,
    cell.period_start,
    cell.dimension,
    cell.dimension_value,
    sum(cell.numerator),
    sum(cell.denominator),
    sumMap(cell.buckets),
    max(cell.newest_event_at),
    max(cell.changed_at)
FROM `xiangmai_storage`.indicator_cells AS cell FINAL
WHERE cell.level = 'township' AND toInt64(kafka_offset) >= transform(concat(case_type, '|', toString(kafka_partition)), (SELECT groupArray(concat(case_type, '|', toString(kafka_partition))) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.indicators' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.indicators' ORDER BY case_type, kafka_partition)), toInt64(0))
GROUP BY
    cell.indicator,
    cell.definition_version,
    county_code,
    cell.period,
    cell.period_start,
    cell.dimension,
    cell.dimension_value;

-- A stock's level at the end of every day. Its day cells hold what entered minus what left, so the level is their running sum;
-- a day without a movement repeats the level before. An indicator's history ends with the newest day on which it moved anywhere.
CREATE OR REPLACE VIEW `xiangmai_storage`.stock_days AS
WITH
    reach AS
    (
        SELECT moved.indicator AS indicator, max(moved.period_start) AS last_day
        FROM `xiangmai_storage`.indicator_cells AS moved
        WHERE moved.period = 'day' AND toInt64(kafka_offset) >= transform(concat(case_type, '|', toString(kafka_partition)), (SELECT groupArray(concat(case_type, '|', toString(kafka_partition))) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.indicators' ORDER BY case_type, kafka_partition)), (SELECT groupArray(since_offset) FROM (SELECT * FROM `xiangmai_storage`.`publications` FINAL WHERE kafka_topic = 'township.indicators' ORDER BY case_type, kafka_partition)), toInt64(0))
        GROUP BY moved.indicator
    ),
    -- A late event changes the level of every day after it, so a day's times are the newest of the days up to it.
    moves AS
    (
        SELECT
            cell.indicator AS indicator,
            cell.definition_version AS definition_version,
            cell.level AS level,
            cell.place AS place,
            cell.county AS county,
            cell.dimension AS dimension,
            cell.dimension_value AS dimension_value,
            toInt32(cell.period_start) AS day_number,
            cell.numerator AS moved,
            max(toUnixTimestamp64Milli(ifNull(cell.newest_event_at, toDateTime64(0, 3)))) OVER so_far AS newest_ms,
            max(toUnixTimestamp64Milli(cell.changed_at)) OVER so_far AS changed_ms
        FROM `xiangmai_storage`.cells_by_level AS cell
        INNER JOIN `xiangmai`.indicator_catalogue AS definition
            ON cell.indicator = definition.indicator AND cell.definition_version = definition.version
        WHERE cell.period = 'day' AND definition.kind = 'stock'
        WINDOW so_far AS
        (
            PARTITION BY
                cell.indicator, cell.definition_version, cell.level, cell.place, cell.county, cell.dimension, cell.dimension_value
            ORDER BY cell.period_start
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )
    ),
    series AS
    (
        SELECT
            moves.indicator AS indicator,
            moves.definition_version AS definition_version,
            moves.level AS level,
            moves.place AS place,
            moves.county AS county,
            moves.dimension AS dimension,
            moves.dimension_value AS dimension_value,
            any(reach.last_day) AS last_day,
            mapPopulateSeries(sumMap(map(moves.day_number, moves.moved)), toInt32(last_day)) AS by_day,
            mapPopulateSeries(maxMap(map(moves.day_number, moves.newest_ms)), toInt32(last_day)) AS newest,
            mapPopulateSeries(maxMap(map(moves.day_number, moves.changed_ms)), toInt32(last_day)) AS changed
        FROM moves
        INNER JOIN reach ON moves.indicator = reach.indicator
        GROUP BY
            moves.indicator,
            moves.definition_version,
            moves.level,
            moves.place,
            moves.county,
            moves.dimension,
            moves.dimension_value
    )
SELECT
    indicator,
    definition_version,
    level,
    place,
    county,
    dimension,
    dimension_value,
    last_day,
    toDate(day_number) AS day,
    stock,
    nullIf(fromUnixTimestamp64Milli(newest_ms, 'Asia/Shanghai'), toDateTime64(0, 3, 'Asia/Shanghai')) AS newest_event_at,
    fromUnixTimestamp64Milli(changed_ms, 'Asia/Shanghai') AS changed_at
FROM series
ARRAY JOIN
    mapKeys(by_day) AS day_number,
    arrayCumSum(mapValues(by_day)) AS stock,
    arrayFill(ms -> ms != 0, mapValues(newest)) AS newest_ms,
    arrayFill(ms -> ms != 0, mapValues(changed)) AS changed_ms;

-- Every version of every definition, with the days it is shown for: a period is shown by the version in force on its last day, periods
-- before the first version by the first. Both are days after which `shown_from` holds and on which `shown_before` does not any more.
CREATE OR REPLACE VIEW `xiangmai_storage`.definitions AS
SELECT
    catalogue.*,
    if(row_number() OVER versions = 1, toDate(0), catalogue.effective_from) AS shown_from,
    leadInFrame(catalogue.effective_from, 1, toDate('2149-06-06')) OVER versions AS shown_before
FROM `xiangmai`.indicator_catalogue AS catalogue
WINDOW versions AS
(
    PARTITION BY catalogue.indicator
    ORDER BY catalogue.effective_from, catalogue.version
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
);

-- The additive parts of every figure there is: flows as cells, stocks as their level at the end of each day, month, quarter and
-- year (the current one: at its newest day) and as it is now.
CREATE OR REPLACE VIEW `xiangmai_storage`.figures AS
SELECT
    flow.indicator AS indicator,
    flow.definition_version AS definition_version,
    flow.level AS level,
    flow.place AS place,
    flow.county AS county,
    flow.period AS period,
    flow.period_start AS period_start,
    flow.dimension AS dimension,
    flow.dimension_value AS dimension_value,
    flow.numerator AS numerator,
    flow.denominator AS denominator,
    flow.buckets AS buckets,
    flow.newest_event_at AS newest_event_at,
    flow.changed_at AS changed_at
FROM `xiangmai_storage`.cells_by_level AS flow
WHERE flow.period = 'now'
    OR flow.indicator NOT IN (SELECT definition.indicator FROM `xiangmai`.indicator_catalogue AS definition WHERE definition.kind = 'stock')
UNION ALL
SELECT
    stock.indicator,
    stock.definition_version,
    stock.level,
    stock.place,
    stock.county,
    toLowCardinality(arrayJoin(['day', 'month', 'quarter', 'year'])) AS kind_of_period,
    multiIf(
        kind_of_period = 'day', stock.day,
        kind_of_period = 'month', toStartOfMonth(stock.day),
        kind_of_period = 'quarter', toStartOfQuarter(stock.day),
        toStartOfYear(stock.day)) AS first_day,
    stock.dimension,
    stock.dimension_value,
    stock.stock,
    1,
    CAST(map(), 'Map(Int32, Int64)'),
    stock.newest_event_at,
    stock.changed_at
FROM `xiangmai_storage`.stock_days AS stock
WHERE kind_of_period = 'day'
    OR stock.day = stock.last_day
    OR multiIf(
        kind_of_period = 'month', toStartOfMonth(stock.day + 1),
        kind_of_period = 'quarter', toStartOfQuarter(stock.day + 1),
        toStartOfYear(stock.day + 1)) = stock.day + 1;

-- The value of every figure that is counted from cases. A rate is divided here and nowhere else; a quantile is read from summed
-- buckets; a coverage is divided by the villages that exist, whether or not anything happened there.
CREATE OR REPLACE VIEW `xiangmai_storage`.counted_values AS
WITH
    villages AS
    (
        SELECT arrayJoin([substring(unit.code, 1, 6), substring(unit.code, 1, 9), unit.code]) AS place, count() AS number
        FROM `xiangmai`.org_units AS unit
        WHERE length(unit.code) = 12
        GROUP BY place
    )
SELECT
    figure.indicator AS indicator,
    figure.definition_version AS definition_version,
    figure.level AS level,
    figure.place AS place,
    figure.county AS county,
    figure.period AS period,
    figure.period_start AS period_start,
    figure.dimension AS dimension,
    figure.dimension_value AS dimension_value,
    figure.numerator AS numerator,
    if(definition.kind = 'coverage', toInt64(villages.number), figure.denominator) AS denominator,
    figure.newest_event_at AS newest_event_at,
    figure.changed_at AS changed_at,
    mapSort(figure.buckets) AS histogram,
    arrayCumSum(mapValues(histogram)) AS upto,
    mapKeys(histogram)[arrayFirstIndex(n -> n >= definition.quantile * upto[-1] - 1e-9, upto)] AS bucket,
    multiIf(
        definition.kind = 'quantile', if(empty(upto), NULL, (sign(bucket) * (bitShiftLeft(toInt64(abs(bucket)) - bitShiftLeft(greatest(bitShiftRight(toInt64(abs(bucket)), 6) - 1, 0), 6), greatest(bitShiftRight(toInt64(abs(bucket)), 6) - 1, 0)) + (bitShiftLeft(toInt64(1), greatest(bitShiftRight(toInt64(abs(bucket)), 6) - 1, 0)) - 1) / 2)) / definition.factor),
        definition.kind IN ('share', 'mean', 'coverage'),
            if(denominator = 0, NULL, figure.numerator / denominator / definition.factor),
        figure.numerator / definition.factor) AS value,
    definition.kind IN ('count', 'sum', 'stock', 'distinct') OR denominator >= definition.minimum_volume AS enough,
    -- The first day after the period.
    multiIf(
        period = 'day', period_start + 1,
        period = 'month', addMonths(period_start, 1),
        period = 'quarter', addMonths(period_start, 3),
        addYears(period_start, 1)) AS next_start
FROM `xiangmai_storage`.figures AS figure
INNER JOIN `xiangmai_storage`.definitions AS definition
    ON figure.indicator = definition.indicator AND figure.definition_version = definition.version
LEFT JOIN villages ON figure.place = villages.place
WHERE if(period = 'now', definition.shown_before = toDate('2149-06-06'), definition.shown_from < next_start AND next_start <= definition.shown_before)
    AND (empty(definition.periods) OR has(definition.periods, period));

-- Every value there is, whatever it is made of. What is composed of others' values is written from the catalogue (sinks/composed.py).
CREATE OR REPLACE VIEW `xiangmai_storage`.values AS
SELECT indicator, definition_version, level, place, county, period, period_start, dimension, dimension_value, numerator, denominator, value, enough, newest_event_at, changed_at FROM `xiangmai_storage`.counted_values
UNION ALL
SELECT indicator, definition_version, level, place, county, period, period_start, dimension, dimension_value, numerator, denominator, value, enough, newest_event_at, changed_at FROM
(
SELECT
    made.1 AS indicator,
    made.2 AS definition_version,
    level, place, county, period, period_start, dimension, dimension_value,
    toInt64(0) AS numerator,
    toInt64(0) AS denominator,
    made.3 AS value,
    NOT hasAny(too_few, made.4) AS enough,
    arrayReduce('max', arrayMap(input -> newest[input], made.4)) AS newest_event_at,
    arrayMax(input -> changed[input], made.4) AS changed_at
FROM
(
    SELECT
        *,
        if(isFinite(((((0.2 * `appeal_response_rate`) + (0.4 * `appeal_resolution_rate`)) + (0.4 * `appeal_satisfaction_rate`)) / 1.0)), ((((0.2 * `appeal_response_rate`) + (0.4 * `appeal_resolution_rate`)) + (0.4 * `appeal_satisfaction_rate`)) / 1.0), NULL) AS `appeal_three_rates_score`,
        if(isFinite(((`numerator.village_report_volume` / nullIf(`denominator.asked_village_share`, 0)) / 1.0)), ((`numerator.village_report_volume` / nullIf(`denominator.asked_village_share`, 0)) / 1.0), NULL) AS `reports_per_village`,
        if(isFinite(((`reporting_hours` / nullIf(`worked_hours`, 0)) / 0.01)), ((`reporting_hours` / nullIf(`worked_hours`, 0)) / 0.01), NULL) AS `reporting_hours_share`,
        if(isFinite(((`numerator.village_check_volume` / nullIf(`denominator.checked_village_share`, 0)) / 1.0)), ((`numerator.village_check_volume` / nullIf(`denominator.checked_village_share`, 0)) / 1.0), NULL) AS `checks_per_village`,
        if(isFinite(((`care_hours_deposited` - `care_hours_withdrawn`) / 1.0)), ((`care_hours_deposited` - `care_hours_withdrawn`) / 1.0), NULL) AS `care_hours_balance`,
        if(isFinite(((coalesce(`elders_alone_visited`, 0.0) / nullIf(`elder_alone_count`, 0)) / 0.01)), ((coalesce(`elders_alone_visited`, 0.0) / nullIf(`elder_alone_count`, 0)) / 0.01), NULL) AS `elder_visit_coverage`,
        if(isFinite(((coalesce(`doctor_residents_served`, 0.0) / nullIf(`doctor_contract_count`, 0)) / 0.01)), ((coalesce(`doctor_residents_served`, 0.0) / nullIf(`doctor_contract_count`, 0)) / 0.01), NULL) AS `doctor_visit_coverage`,
        if(isFinite(((coalesce(`households_visited`, 0.0) / nullIf(`household_count`, 0)) / 0.01)), ((coalesce(`households_visited`, 0.0) / nullIf(`household_count`, 0)) / 0.01), NULL) AS `household_contact_coverage`,
        if(isFinite(((`visit_issues_solved` / nullIf(`visit_issues_noted`, 0)) / 0.01)), ((`visit_issues_solved` / nullIf(`visit_issues_noted`, 0)) / 0.01), NULL) AS `visit_solved_share`,
        if(isFinite(((`field_hours` / nullIf(`hours_worked`, 0)) / 0.01)), ((`field_hours` / nullIf(`hours_worked`, 0)) / 0.01), NULL) AS `field_work_share`,
        if(isFinite((((`buck_passing_rate` - `last_year.buck_passing_rate`) / nullIf(`last_year.buck_passing_rate`, 0)) / 0.01)), (((`buck_passing_rate` - `last_year.buck_passing_rate`) / nullIf(`last_year.buck_passing_rate`, 0)) / 0.01), NULL) AS `buck_passing_change`,
        if(isFinite(((`evaluation_superior_score` - `evaluation_masses_score`) / 1.0)), ((`evaluation_superior_score` - `evaluation_masses_score`) / 1.0), NULL) AS `evaluation_divergence`,
        if(isFinite((((`collective_income` - `last_year.collective_income`) / nullIf(`last_year.collective_income`, 0)) / 0.01)), (((`collective_income` - `last_year.collective_income`) / nullIf(`last_year.collective_income`, 0)) / 0.01), NULL) AS `collective_income_growth`,
        if(isFinite(((`denominator.strong_village_coverage` - `numerator.strong_village_coverage`) / 1.0)), ((`denominator.strong_village_coverage` - `numerator.strong_village_coverage`) / 1.0), NULL) AS `weak_village_count`,
        if(isFinite(((coalesce(`grids_patrolled`, 0.0) / nullIf(`grid_count`, 0)) / 0.01)), ((coalesce(`grids_patrolled`, 0.0) / nullIf(`grid_count`, 0)) / 0.01), NULL) AS `patrol_grid_coverage`,
        if(isFinite((((`previous.joint_hours_to_close_p50` - `joint_hours_to_close_p50`) / nullIf(`previous.joint_hours_to_close_p50`, 0)) / 0.01)), (((`previous.joint_hours_to_close_p50` - `joint_hours_to_close_p50`) / nullIf(`previous.joint_hours_to_close_p50`, 0)) / 0.01), NULL) AS `joint_handling_speedup`,
        if(isFinite(((`habitat_score` - `previous.habitat_score`) / 1.0)), ((`habitat_score` - `previous.habitat_score`) / 1.0), NULL) AS `habitat_improvement`,
        if(isFinite(((`garbage_households_sorting` / nullIf(`garbage_households_checked`, 0)) / 0.01)), ((`garbage_households_sorting` / nullIf(`garbage_households_checked`, 0)) / 0.01), NULL) AS `garbage_household_rate`,
        if(isFinite((((`proposal_count` - `last_year.proposal_count`) / nullIf(`last_year.proposal_count`, 0)) / 0.01)), (((`proposal_count` - `last_year.proposal_count`) / nullIf(`last_year.proposal_count`, 0)) / 0.01), NULL) AS `proposal_growth`,
        if(isFinite(((`meeting_present` / nullIf(`meeting_expected`, 0)) / 0.01)), ((`meeting_present` / nullIf(`meeting_expected`, 0)) / 0.01), NULL) AS `meeting_attendance_rate`,
        if(isFinite(((coalesce(`theme_day_organisations`, 0.0) / nullIf(`organisation_count`, 0)) / 0.01)), ((coalesce(`theme_day_organisations`, 0.0) / nullIf(`organisation_count`, 0)) / 0.01), NULL) AS `theme_day_coverage`,
        if(isFinite(((`resident_count` / nullIf(`household_count`, 0)) / 1.0)), ((`resident_count` / nullIf(`household_count`, 0)) / 1.0), NULL) AS `household_size`,
        if(isFinite(((`household_count` / nullIf(`grid_count`, 0)) / 1.0)), ((`household_count` / nullIf(`grid_count`, 0)) / 1.0), NULL) AS `households_per_grid`,
        if(isFinite((((100 * `doctor_contract_count`) / nullIf(`resident_count`, 0)) / 1.0)), (((100 * `doctor_contract_count`) / nullIf(`resident_count`, 0)) / 1.0), NULL) AS `doctor_contract_rate`,
        if(isFinite(((coalesce(`training_hours`, 0.0) / nullIf(`cadre_count`, 0)) / 1.0)), ((coalesce(`training_hours`, 0.0) / nullIf(`cadre_count`, 0)) / 1.0), NULL) AS `training_hours_per_head`,
        if(isFinite(((coalesce(`cadres_trained_digital`, 0.0) / nullIf(`cadre_count`, 0)) / 0.01)), ((coalesce(`cadres_trained_digital`, 0.0) / nullIf(`cadre_count`, 0)) / 0.01), NULL) AS `digital_training_rate`
    FROM
    (
        SELECT
            *,
            figures['appeal_resolution_rate'] AS `appeal_resolution_rate`,
            figures['appeal_response_rate'] AS `appeal_response_rate`,
            figures['appeal_satisfaction_rate'] AS `appeal_satisfaction_rate`,
            figures['buck_passing_rate'] AS `buck_passing_rate`,
            figures['cadre_count'] AS `cadre_count`,
            figures['cadres_trained_digital'] AS `cadres_trained_digital`,
            figures['care_hours_deposited'] AS `care_hours_deposited`,
            figures['care_hours_withdrawn'] AS `care_hours_withdrawn`,
            figures['collective_income'] AS `collective_income`,
            figures['denominator.asked_village_share'] AS `denominator.asked_village_share`,
            figures['denominator.checked_village_share'] AS `denominator.checked_village_share`,
            figures['denominator.strong_village_coverage'] AS `denominator.strong_village_coverage`,
            figures['doctor_contract_count'] AS `doctor_contract_count`,
            figures['doctor_residents_served'] AS `doctor_residents_served`,
            figures['elder_alone_count'] AS `elder_alone_count`,
            figures['elders_alone_visited'] AS `elders_alone_visited`,
            figures['evaluation_masses_score'] AS `evaluation_masses_score`,
            figures['evaluation_superior_score'] AS `evaluation_superior_score`,
            figures['evaluation_third_party_score'] AS `evaluation_third_party_score`,
            figures['field_hours'] AS `field_hours`,
            figures['garbage_households_checked'] AS `garbage_households_checked`,
            figures['garbage_households_sorting'] AS `garbage_households_sorting`,
            figures['grid_count'] AS `grid_count`,
            figures['grids_patrolled'] AS `grids_patrolled`,
            figures['habitat_score'] AS `habitat_score`,
            figures['hours_worked'] AS `hours_worked`,
            figures['household_count'] AS `household_count`,
            figures['households_visited'] AS `households_visited`,
            figures['joint_hours_to_close_p50'] AS `joint_hours_to_close_p50`,
            figures['last_year.buck_passing_rate'] AS `last_year.buck_passing_rate`,
            figures['last_year.collective_income'] AS `last_year.collective_income`,
            figures['last_year.proposal_count'] AS `last_year.proposal_count`,
            figures['meeting_expected'] AS `meeting_expected`,
            figures['meeting_present'] AS `meeting_present`,
            figures['numerator.strong_village_coverage'] AS `numerator.strong_village_coverage`,
            figures['numerator.village_check_volume'] AS `numerator.village_check_volume`,
            figures['numerator.village_report_volume'] AS `numerator.village_report_volume`,
            figures['organisation_count'] AS `organisation_count`,
            figures['previous.habitat_score'] AS `previous.habitat_score`,
            figures['previous.joint_hours_to_close_p50'] AS `previous.joint_hours_to_close_p50`,
            figures['proposal_count'] AS `proposal_count`,
            figures['reporting_hours'] AS `reporting_hours`,
            figures['resident_count'] AS `resident_count`,
            figures['theme_day_organisations'] AS `theme_day_organisations`,
            figures['training_hours'] AS `training_hours`,
            figures['visit_issues_noted'] AS `visit_issues_noted`,
            figures['visit_issues_solved'] AS `visit_issues_solved`,
            figures['worked_hours'] AS `worked_hours`
        FROM
        (
            SELECT
                source.level AS level, source.place AS place, source.county AS county, source.period AS period, source.dimension AS dimension, source.dimension_value AS dimension_value,
                at.2 AS period_start,
                groupArrayArray(arrayMap(
                    figure -> (concat(figure.1, source.indicator), figure.2),
                    arrayConcat([(at.1, source.value)], if(at.1 = '', [('numerator.', toFloat64(source.numerator))], []), if(at.1 = '', [('denominator.', toFloat64(source.denominator))], [])))) AS all_figures,
                CAST(all_figures, 'Map(String, Nullable(Float64))') AS figures,
                groupArrayIf(toString(source.indicator), at.1 = '' AND NOT source.enough) AS too_few,
                CAST(
                    groupArrayIf((toString(source.indicator), source.newest_event_at), at.1 = ''),
                    'Map(String, Nullable(DateTime64(3)))') AS newest,
                CAST(groupArrayIf((toString(source.indicator), source.changed_at), at.1 = ''), 'Map(String, DateTime64(3))') AS changed
            FROM `xiangmai_storage`.counted_values AS source
            ARRAY JOIN arrayConcat([('', source.period_start)], if(source.period != 'now', [('previous.', source.next_start)], []), if(source.period != 'now' AND toDayOfMonth(addYears(source.period_start, 1)) = toDayOfMonth(source.period_start), [('last_year.', addYears(source.period_start, 1))], [])) AS at
            WHERE source.indicator IN ('appeal_resolution_rate', 'appeal_response_rate', 'appeal_satisfaction_rate', 'asked_village_share', 'buck_passing_rate', 'cadre_count', 'cadres_trained_digital', 'care_hours_deposited', 'care_hours_withdrawn', 'checked_village_share', 'collective_income', 'doctor_contract_count', 'doctor_residents_served', 'elder_alone_count', 'elders_alone_visited', 'evaluation_masses_score', 'evaluation_superior_score', 'evaluation_third_party_score', 'field_hours', 'garbage_households_checked', 'garbage_households_sorting', 'grid_count', 'grids_patrolled', 'habitat_score', 'hours_worked', 'household_count', 'households_visited', 'joint_hours_to_close_p50', 'meeting_expected', 'meeting_present', 'organisation_count', 'proposal_count', 'reporting_hours', 'resident_count', 'strong_village_coverage', 'theme_day_organisations', 'training_hours', 'village_check_volume', 'village_report_volume', 'visit_issues_noted', 'visit_issues_solved', 'worked_hours')
            GROUP BY level, place, county, period, period_start, dimension, dimension_value
        )
    )
)
ARRAY JOIN
[
    ('appeal_three_rates_score', toUInt32(1), toNullable(toFloat64(`appeal_three_rates_score`)), CAST(['appeal_resolution_rate', 'appeal_response_rate', 'appeal_satisfaction_rate'], 'Array(String)'), CAST(['', 'department'], 'Array(String)'), CAST(['day', 'month', 'quarter', 'year', 'now'], 'Array(String)')),
    ('reports_per_village', toUInt32(1), toNullable(toFloat64(`reports_per_village`)), CAST(['asked_village_share', 'village_report_volume'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('reporting_hours_share', toUInt32(1), toNullable(toFloat64(`reporting_hours_share`)), CAST(['reporting_hours', 'worked_hours'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('checks_per_village', toUInt32(1), toNullable(toFloat64(`checks_per_village`)), CAST(['checked_village_share', 'village_check_volume'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('care_hours_balance', toUInt32(1), toNullable(toFloat64(`care_hours_balance`)), CAST(['care_hours_deposited', 'care_hours_withdrawn'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['month', 'quarter', 'year', 'now'], 'Array(String)')),
    ('elder_visit_coverage', toUInt32(1), toNullable(toFloat64(`elder_visit_coverage`)), CAST(['elder_alone_count', 'elders_alone_visited'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('doctor_visit_coverage', toUInt32(1), toNullable(toFloat64(`doctor_visit_coverage`)), CAST(['doctor_contract_count', 'doctor_residents_served'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['quarter', 'year'], 'Array(String)')),
    ('household_contact_coverage', toUInt32(1), toNullable(toFloat64(`household_contact_coverage`)), CAST(['household_count', 'households_visited'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('visit_solved_share', toUInt32(1), toNullable(toFloat64(`visit_solved_share`)), CAST(['visit_issues_noted', 'visit_issues_solved'], 'Array(String)'), CAST(['', 'visitor_kind'], 'Array(String)'), CAST(['day', 'month', 'quarter', 'year', 'now'], 'Array(String)')),
    ('field_work_share', toUInt32(1), toNullable(toFloat64(`field_work_share`)), CAST(['field_hours', 'hours_worked'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('buck_passing_change', toUInt32(1), toNullable(toFloat64(`buck_passing_change`)), CAST(['buck_passing_rate'], 'Array(String)'), CAST(['', 'department'], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('evaluation_divergence', toUInt32(1), toNullable(toFloat64(`evaluation_divergence`)), CAST(['evaluation_masses_score', 'evaluation_superior_score'], 'Array(String)'), CAST(['', 'subject_kind', 'aspect'], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('collective_income_growth', toUInt32(1), toNullable(toFloat64(`collective_income_growth`)), CAST(['collective_income'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('weak_village_count', toUInt32(1), toNullable(toFloat64(`weak_village_count`)), CAST(['strong_village_coverage'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['year'], 'Array(String)')),
    ('patrol_grid_coverage', toUInt32(1), toNullable(toFloat64(`patrol_grid_coverage`)), CAST(['grid_count', 'grids_patrolled'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('joint_handling_speedup', toUInt32(1), toNullable(toFloat64(`joint_handling_speedup`)), CAST(['joint_hours_to_close_p50'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('habitat_improvement', toUInt32(1), toNullable(toFloat64(`habitat_improvement`)), CAST(['habitat_score'], 'Array(String)'), CAST(['', 'inspector'], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('garbage_household_rate', toUInt32(1), toNullable(toFloat64(`garbage_household_rate`)), CAST(['garbage_households_checked', 'garbage_households_sorting'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['day', 'month', 'quarter', 'year', 'now'], 'Array(String)')),
    ('proposal_growth', toUInt32(1), toNullable(toFloat64(`proposal_growth`)), CAST(['proposal_count'], 'Array(String)'), CAST(['', 'area'], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('meeting_attendance_rate', toUInt32(1), toNullable(toFloat64(`meeting_attendance_rate`)), CAST(['meeting_expected', 'meeting_present'], 'Array(String)'), CAST(['', 'kind'], 'Array(String)'), CAST(['day', 'month', 'quarter', 'year', 'now'], 'Array(String)')),
    ('theme_day_coverage', toUInt32(1), toNullable(toFloat64(`theme_day_coverage`)), CAST(['organisation_count', 'theme_day_organisations'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)')),
    ('household_size', toUInt32(1), toNullable(toFloat64(`household_size`)), CAST(['household_count', 'resident_count'], 'Array(String)'), CAST(['', 'kind'], 'Array(String)'), CAST(['day', 'month', 'quarter', 'year', 'now'], 'Array(String)')),
    ('households_per_grid', toUInt32(1), toNullable(toFloat64(`households_per_grid`)), CAST(['grid_count', 'household_count'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['day', 'month', 'quarter', 'year', 'now'], 'Array(String)')),
    ('doctor_contract_rate', toUInt32(1), toNullable(toFloat64(`doctor_contract_rate`)), CAST(['doctor_contract_count', 'resident_count'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['day', 'month', 'quarter', 'year', 'now'], 'Array(String)')),
    ('training_hours_per_head', toUInt32(1), toNullable(toFloat64(`training_hours_per_head`)), CAST(['cadre_count', 'training_hours'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['year'], 'Array(String)')),
    ('digital_training_rate', toUInt32(1), toNullable(toFloat64(`digital_training_rate`)), CAST(['cadre_count', 'cadres_trained_digital'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['year'], 'Array(String)')),
    ('evaluation_score', toUInt32(1), toNullable(toFloat64(if((if(`evaluation_masses_score` IS NULL, 0, 0.5) + if(`evaluation_third_party_score` IS NULL, 0, 0.3) + if(`evaluation_superior_score` IS NULL, 0, 0.2)) = 0 OR (if(`evaluation_masses_score` IS NULL, 0, 0.5) + if(`evaluation_third_party_score` IS NULL, 0, 0.3) + if(`evaluation_superior_score` IS NULL, 0, 0.2)) < 0.699999999, NULL, (ifNull(0.5 * (100.0 * if(`evaluation_masses_score` IS NULL, NULL, 100.0 * greatest(0., least(1., (`evaluation_masses_score` - 0.0) / 100.0))) / 100.0), 0) + ifNull(0.3 * (100.0 * if(`evaluation_third_party_score` IS NULL, NULL, 100.0 * greatest(0., least(1., (`evaluation_third_party_score` - 0.0) / 100.0))) / 100.0), 0) + ifNull(0.2 * (100.0 * if(`evaluation_superior_score` IS NULL, NULL, 100.0 * greatest(0., least(1., (`evaluation_superior_score` - 0.0) / 100.0))) / 100.0), 0)) / (if(`evaluation_masses_score` IS NULL, 0, 0.5) + if(`evaluation_third_party_score` IS NULL, 0, 0.3) + if(`evaluation_superior_score` IS NULL, 0, 0.2))) / 1.0)), CAST(['evaluation_masses_score', 'evaluation_third_party_score', 'evaluation_superior_score'], 'Array(String)'), CAST([''], 'Array(String)'), CAST(['month', 'quarter', 'year'], 'Array(String)'))
] AS made
WHERE hasAny(mapKeys(changed), made.4) AND has(made.5, dimension) AND (empty(made.6) OR has(made.6, period))
);

-- The view people use: every value with its name, goal, colour, score, history and rank.
CREATE OR REPLACE VIEW `xiangmai`.indicators
(
    `indicator` LowCardinality(String) COMMENT '指标编号 / indicator id',
    `name_zh` String COMMENT '指标中文名称 / name in Chinese',
    `name_en` String COMMENT '指标英文名称 / name in English',
    `kind` LowCardinality(String) COMMENT '类型：count 数量，share 比率，sum 合计，mean 均值，quantile 分位数，stock 存量，coverage 覆盖率，distinct 去重计数，derived 派生，index 指数 / kind of indicator',
    `level` LowCardinality(String) COMMENT '层级：county 县，township 乡镇，village 村 / level of the place',
    `place` LowCardinality(String) COMMENT '地方代码 / place code',
    `place_name` String COMMENT '地方名称；未登记时为代码 / name of the place, its code where it is not registered',
    `county` LowCardinality(String) COMMENT '县代码 / county code',
    `period` LowCardinality(String) COMMENT '时段：day 日，month 月，quarter 季，year 年，now 当前 / kind of period',
    `period_start` Date COMMENT '时段第一天（当前为1970-01-01） / first day of the period (now: 1970-01-01)',
    `dimension` LowCardinality(String) COMMENT '细分维度，空为不细分 / breakdown, empty for all',
    `dimension_value` LowCardinality(String) COMMENT '维度值 / value of the breakdown',
    `dimension_name` String COMMENT '维度值的名称（如部门名称） / name of that value, e.g. of the department',
    `numerator` Int64 COMMENT '分子；存量为期末数，派生与指数为 0 / numerator; of a stock its level at the end of the period, 0 where it is derived',
    `denominator` Int64 COMMENT '分母；覆盖率为现有村数，派生与指数为 0 / denominator; of a coverage the villages that exist, 0 where it is derived',
    `value` Nullable(Float64) COMMENT '值；没有数据为 NULL / value, NULL when there is no data',
    `state` LowCardinality(String) COMMENT '状态：no_data 无数据，zero 为零，value 有值 / no data, zero, or a value',
    `unit` LowCardinality(String) COMMENT '单位 / unit',
    `goal` Nullable(Float64) COMMENT '目标 / goal',
    `direction` LowCardinality(String) COMMENT '方向：up 越高越好，down 越低越好，none 无 / which way is better',
    `colour` LowCardinality(String) COMMENT '颜色：green 绿，yellow 黄，red 红，空为不评 / colour by goal and lines, empty where there are none',
    `score` Nullable(Float64) COMMENT '得分：按目录中的评分办法；不评分为 NULL / score by the rule in the catalogue, NULL where there is none',
    `previous` Nullable(Float64) COMMENT '上一时段的值 / value of the period before',
    `last_year` Nullable(Float64) COMMENT '去年同期的值 / value of the same period last year',
    `rank` Nullable(UInt64) COMMENT '县内同级排名，并列同名次；件数不足不排 / rank within the county among the same level; ties share it',
    `ranked` Nullable(UInt64) COMMENT '参与排名的地方数 / how many places are ranked',
    `newest_event_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '背后最新事件的发生时间 / newest event behind the value',
    `changed_at` DateTime64(3, 'Asia/Shanghai') COMMENT '算出时间 / when it was computed',
    `revised` Bool COMMENT '时段结束一天以后又变过 / changed later than a day after the period ended',
    `definition_version` UInt32 COMMENT '口径版本 / version of the definition'
)
AS
WITH
    valued AS
    (
        SELECT
            figure.indicator AS indicator,
            figure.definition_version AS definition_version,
            figure.level AS level,
            figure.place AS place,
            figure.county AS county,
            figure.period AS period,
            figure.period_start AS period_start,
            figure.dimension AS dimension,
            figure.dimension_value AS dimension_value,
            figure.numerator AS numerator,
            figure.denominator AS denominator,
            figure.value AS value,
            figure.newest_event_at AS newest_event_at,
            figure.changed_at AS changed_at,
            definition.name_zh AS name_zh,
            definition.name_en AS name_en,
            definition.kind AS kind,
            definition.unit AS unit,
            definition.goal AS goal,
            definition.direction AS direction,
            definition.yellow_line AS yellow_line,
            definition.red_line AS red_line,
            direction != 'none' AND value IS NOT NULL AND level != 'county' AND figure.enough AS rankable,
            -- A number on which the same period of the year before lies exactly 372 lower, whatever the period is.
            toYear(period_start) * 372 + toMonth(period_start) * 31 + toDayOfMonth(period_start) AS position,
            multiIf(
                period = 'day', period_start + 1,
                period = 'month', addMonths(period_start, 1),
                period = 'quarter', addMonths(period_start, 3),
                addYears(period_start, 1)) AS next_start
        FROM `xiangmai_storage`.values AS figure
        INNER JOIN `xiangmai_storage`.definitions AS definition
            ON figure.indicator = definition.indicator AND figure.definition_version = definition.version
    ),
    compared AS
    (
        SELECT
            *,
            lagInFrame(value) OVER before AS value_before,
            lagInFrame(next_start) OVER before AS next_start_before,
            any(value) OVER
            (
                PARTITION BY indicator, level, place, county, period, dimension, dimension_value
                ORDER BY position
                RANGE BETWEEN 372 PRECEDING AND 372 PRECEDING
            ) AS value_last_year,
            rank() OVER (beside ORDER BY if(direction = 'up', -value, value)) AS place_in_order,
            count() OVER beside AS places_in_order,
            -- 58 of 100 is 57.99999999999999 % in binary: what misses a line by less than a billionth of it has reached it.
            coalesce(yellow_line, goal) AS yellow,
            1e-9 * greatest(1, abs(red_line)) AS red_slack,
            1e-9 * greatest(1, abs(yellow)) AS yellow_slack
        FROM valued
        WINDOW
            before AS
            (
                PARTITION BY indicator, level, place, county, period, dimension, dimension_value
                ORDER BY position
                ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
            ),
            beside AS (PARTITION BY indicator, level, county, period, period_start, dimension, dimension_value, rankable)
    )
SELECT
    compared.indicator AS indicator,
    compared.name_zh AS name_zh,
    compared.name_en AS name_en,
    compared.kind AS kind,
    compared.level AS level,
    compared.place AS place,
    if(unit_of.name = '', compared.place, unit_of.name) AS place_name,
    compared.county AS county,
    compared.period AS period,
    compared.period_start AS period_start,
    compared.dimension AS dimension,
    compared.dimension_value AS dimension_value,
    if(compared.dimension = 'department' AND department.name != '', department.name, compared.dimension_value) AS dimension_name,
    compared.numerator AS numerator,
    compared.denominator AS denominator,
    compared.value AS value,
    multiIf(compared.value IS NULL, 'no_data', compared.value = 0, 'zero', 'value') AS state,
    compared.unit AS unit,
    compared.goal AS goal,
    compared.direction AS direction,
    multiIf(
        compared.value IS NULL OR compared.direction = 'none' OR coalesce(compared.goal, compared.yellow_line, compared.red_line) IS NULL, '',
        compared.direction = 'up' AND compared.value < compared.red_line - compared.red_slack, 'red',
        compared.direction = 'down' AND compared.value > compared.red_line + compared.red_slack, 'red',
        compared.direction = 'up' AND compared.value < compared.yellow - compared.yellow_slack, 'yellow',
        compared.direction = 'down' AND compared.value > compared.yellow + compared.yellow_slack, 'yellow',
        'green') AS colour,
    multiIf(compared.indicator = 'appeal_on_time_rate' AND compared.definition_version = 1, if(compared.value IS NULL, NULL, multiIf(compared.value >= 94.999999905, 15.0, compared.value >= 89.99999991, 13.5, compared.value >= 84.999999915, 12.0, 0.0)), compared.indicator = 'appeal_satisfaction_rate' AND compared.definition_version = 1, if(compared.value IS NULL, NULL, multiIf(compared.value >= 94.999999905, 15.0, compared.value >= 89.99999991, 14.3, compared.value >= 79.99999992, 13.5, compared.value >= 69.99999993, 12.8, 12.5)), compared.indicator = 'household_contact_coverage' AND compared.definition_version = 1, if(compared.value IS NULL, NULL, 100.0 * greatest(0., least(1., (compared.value - 50.0) / 50.0))), compared.indicator = 'field_work_share' AND compared.definition_version = 1, if(compared.value IS NULL, NULL, 100.0 * greatest(0., least(1., (compared.value - 0.0) / 33.333333333))), compared.indicator = 'evaluation_masses_score' AND compared.definition_version = 1, if(compared.value IS NULL, NULL, 100.0 * greatest(0., least(1., (compared.value - 60.0) / 40.0))), compared.indicator = 'hazard_rectification_rate' AND compared.definition_version = 1, if(compared.value IS NULL, NULL, 100.0 * greatest(0., least(1., (compared.value - 60.0) / 40.0))), compared.indicator = 'habitat_score' AND compared.definition_version = 1, if(compared.value IS NULL, NULL, 100.0 * greatest(0., least(1., (compared.value - 60.0) / 40.0))), compared.indicator = 'meeting_attendance_rate' AND compared.definition_version = 1, if(compared.value IS NULL, NULL, 100.0 * greatest(0., least(1., (compared.value - 60.0) / 30.0))), compared.indicator = 'training_hours_per_head' AND compared.definition_version = 1, if(compared.value IS NULL, NULL, 100.0 * greatest(0., least(1., (compared.value - 0.0) / 68.0))), NULL) AS score,
    if(compared.next_start_before = compared.period_start AND compared.period != 'now', compared.value_before, NULL) AS previous,
    if(compared.period != 'now', compared.value_last_year, NULL) AS last_year,
    if(compared.rankable, compared.place_in_order, NULL) AS rank,
    if(compared.rankable, compared.places_in_order, NULL) AS ranked,
    compared.newest_event_at AS newest_event_at,
    compared.changed_at AS changed_at,
    compared.period != 'now' AND compared.changed_at > toDateTime(compared.next_start + 1, 'Asia/Shanghai') AS revised,
    compared.definition_version AS definition_version
FROM compared
LEFT JOIN (SELECT code, name FROM `xiangmai`.org_units) AS unit_of ON compared.place = unit_of.code
LEFT JOIN (SELECT code, name FROM `xiangmai`.departments) AS department ON compared.dimension_value = department.code
COMMENT '指标：人们使用的视图，值、目标、颜色、上期、去年同期、排名与新鲜度 / indicators: the view people use';

-- Messages that could not be processed. A letter is resolved by a later one about the same message with the stage `resolved`.
CREATE OR REPLACE VIEW `xiangmai`.dead_letters
(
    `topic` LowCardinality(String) COMMENT '原主题 / topic of the refused message',
    `partition` Int64 COMMENT '原分区 / its partition',
    `offset` Int64 COMMENT '原位点 / its offset',
    `stage` LowCardinality(String) COMMENT '环节：worker 计算，sink 入库，import 导入 / where it was refused',
    `reason` LowCardinality(String) COMMENT '原因代码 / reason',
    `detail` String COMMENT '说明，不含个人信息 / the reason explained, without personal data',
    `event_id` Nullable(String) COMMENT '事件编号 / event id where it could be read',
    `township` LowCardinality(String) COMMENT '消息键为乡镇代码时的乡镇，否则为空 / the key where it is a township code, else empty',
    `value_bytes` Nullable(Int64) COMMENT '原消息大小（字节）；原文只留在 Kafka / size of the message; its bytes stay in Kafka',
    `record_timestamp` DateTime64(3, 'Asia/Shanghai') COMMENT '原消息时间 / Kafka''s time of the message',
    `dead_at` DateTime64(3, 'Asia/Shanghai') COMMENT '判为死信的时间 / when it became a dead letter',
    `resolved_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '处理（重放）时间；未处理为空 / when it was dealt with, NULL while it is not',
    `kafka_partition` UInt32 COMMENT '死信所在分区 / partition of the letter',
    `kafka_offset` UInt64 COMMENT '死信的位点 / offset of the letter'
)
AS
SELECT
    letter.topic AS topic,
    letter.partition AS partition,
    letter.offset AS offset,
    letter.stage AS stage,
    letter.reason AS reason,
    letter.detail AS detail,
    letter.event_id AS event_id,
    letter.township AS township,
    letter.value_bytes AS value_bytes,
    letter.record_timestamp AS record_timestamp,
    letter.dead_at AS dead_at,
    if(resolution.at_offset > letter.kafka_offset, resolution.resolved_at, NULL) AS resolved_at,
    letter.kafka_partition AS kafka_partition,
    letter.kafka_offset AS kafka_offset
FROM (SELECT * FROM `xiangmai_storage`.dead_letters FINAL WHERE stage != 'resolved') AS letter
LEFT JOIN
(
    SELECT topic, partition, offset, kafka_offset AS at_offset, dead_at AS resolved_at
    FROM `xiangmai_storage`.dead_letters FINAL
    WHERE stage = 'resolved'
) AS resolution
    ON letter.topic = resolution.topic AND letter.partition = resolution.partition AND letter.offset = resolution.offset
COMMENT '死信：未能处理的消息，不含原文 / dead letters: messages refused, without their bytes';

-- 诉求：每个事件一行，是否有效、为什么
-- appeal: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_appeal`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `appeal_id` Nullable(String) COMMENT '诉求编号 / appeal id 〔间接标识 quasi-identifier〕',
    `channel` LowCardinality(Nullable(String)) COMMENT '受理渠道 / channel',
    `category` Nullable(String) COMMENT '诉求类别 / category',
    `urgency` LowCardinality(Nullable(String)) COMMENT '紧急程度 / urgency',
    `summary` Nullable(String) COMMENT '诉求内容 / summary 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办理期限 / due at',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `to_department` Nullable(String) COMMENT '承办部门 / responsible department',
    `whistle` Nullable(Bool) COMMENT '是否吹哨 / whistle',
    `by_department` Nullable(String) COMMENT '退单部门 / returning department；响应部门 / responding department；办结部门 / closing department',
    `reason` Nullable(String) COMMENT '退单理由 / reason；重开原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `outcome` LowCardinality(Nullable(String)) COMMENT '办理结果 / outcome',
    `responded` Nullable(Bool) COMMENT '是否响应 / responded',
    `resolved` Nullable(Bool) COMMENT '是否解决 / resolved',
    `satisfied` Nullable(Bool) COMMENT '是否满意 / satisfied',
    `score` Nullable(Int64) COMMENT '评分 / score',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 诉求的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_appeals 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_appeals sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.appeal_id AS appeal_id,
            events.channel AS channel,
            events.category AS category,
            events.urgency AS urgency,
            events.summary AS summary,
            events.due_at AS due_at,
            events.longitude AS longitude,
            events.latitude AS latitude,
            events.to_department AS to_department,
            events.whistle AS whistle,
            events.by_department AS by_department,
            events.reason AS reason,
            events.outcome AS outcome,
            events.responded AS responded,
            events.resolved AS resolved,
            events.satisfied AS satisfied,
            events.score AS score
        FROM `xiangmai`.`events_appeals` AS events
        WHERE events.case_type = 'appeal'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。closed_once：AppealClosed 之间没有 AppealReopened 的，只取第一个。
    -- The rules. closed_once: of several AppealClosed with no AppealReopened between them only the first takes
    -- part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'AppealClosed'
                    AND maxIf(place, event = 'AppealClosed') OVER before
                    > maxIf(place, event = 'AppealReopened') OVER before, 'rule:closed_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.appeal_id AS appeal_id,
    standing_events.channel AS channel,
    standing_events.category AS category,
    standing_events.urgency AS urgency,
    standing_events.summary AS summary,
    standing_events.due_at AS due_at,
    standing_events.longitude AS longitude,
    standing_events.latitude AS latitude,
    standing_events.to_department AS to_department,
    standing_events.whistle AS whistle,
    standing_events.by_department AS by_department,
    standing_events.reason AS reason,
    standing_events.outcome AS outcome,
    standing_events.responded AS responded,
    standing_events.resolved AS resolved,
    standing_events.satisfied AS satisfied,
    standing_events.score AS score,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '诉求：每个事件一行，是否有效、为什么 / appeal: every event once, whether it stands and why';

-- 索报：每个事件一行，是否有效、为什么
-- demand for a report: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_report_demand`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `demand_id` Nullable(String) COMMENT '索报编号 / demand id 〔间接标识 quasi-identifier〕',
    `by_department` Nullable(String) COMMENT '索报部门 / demanding department',
    `level` LowCardinality(Nullable(String)) COMMENT '索报对象 / asked of',
    `form` Nullable(String) COMMENT '报表名称 / form',
    `kind` LowCardinality(Nullable(String)) COMMENT '索报类型 / kind of demand',
    `fields_count` Nullable(Int64) COMMENT '填报项数 / number of fields',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '要求报送时限 / due at',
    `duplicate_of` Nullable(String) COMMENT '重复于 / duplicate of',
    `minutes` Nullable(Int64) COMMENT '填报用时 / minutes',
    `people` Nullable(Int64) COMMENT '参与人数 / people',
    `fields_answered` Nullable(Int64) COMMENT '代填项数 / fields answered',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 索报的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_burden 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_burden sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.demand_id AS demand_id,
            events.by_department AS by_department,
            events.level AS level,
            events.form AS form,
            events.kind AS kind,
            events.fields_count AS fields_count,
            events.due_at AS due_at,
            events.duplicate_of AS duplicate_of,
            events.minutes AS minutes,
            events.people AS people,
            events.fields_answered AS fields_answered,
            events.reason AS reason
        FROM `xiangmai`.`events_burden` AS events
        WHERE events.case_type = 'report_demand'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。demanded_once：ReportDemanded 之间没有 （任何事件） 的，只取第一个。
    -- The rules. demanded_once: of several ReportDemanded only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'ReportDemanded'
                    AND maxIf(place, event = 'ReportDemanded') OVER before
                    > 0, 'rule:demanded_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.demand_id AS demand_id,
    standing_events.by_department AS by_department,
    standing_events.level AS level,
    standing_events.form AS form,
    standing_events.kind AS kind,
    standing_events.fields_count AS fields_count,
    standing_events.due_at AS due_at,
    standing_events.duplicate_of AS duplicate_of,
    standing_events.minutes AS minutes,
    standing_events.people AS people,
    standing_events.fields_answered AS fields_answered,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '索报：每个事件一行，是否有效、为什么 / demand for a report: every event once, whether it stands and why';

-- 检查：每个事件一行，是否有效、为什么
-- check: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_check`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `check_id` Nullable(String) COMMENT '检查编号 / check id 〔间接标识 quasi-identifier〕',
    `by_department` Nullable(String) COMMENT '索报部门 / demanding department；检查部门 / checking department',
    `level` LowCardinality(Nullable(String)) COMMENT '索报对象 / asked of；检查对象 / checked',
    `topic` Nullable(String) COMMENT '检查事项 / topic',
    `planned` Nullable(Bool) COMMENT '是否列入年度计划 / planned',
    `materials` Nullable(Int64) COMMENT '要求提供材料份数 / materials asked for',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 检查的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_burden 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_burden sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.check_id AS check_id,
            events.by_department AS by_department,
            events.level AS level,
            events.topic AS topic,
            events.planned AS planned,
            events.materials AS materials,
            events.reason AS reason
        FROM `xiangmai`.`events_burden` AS events
        WHERE events.case_type = 'check'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。checked_once：CheckHeld 之间没有 （任何事件） 的，只取第一个。
    -- The rules. checked_once: of several CheckHeld only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'CheckHeld'
                    AND maxIf(place, event = 'CheckHeld') OVER before
                    > 0, 'rule:checked_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.check_id AS check_id,
    standing_events.by_department AS by_department,
    standing_events.level AS level,
    standing_events.topic AS topic,
    standing_events.planned AS planned,
    standing_events.materials AS materials,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '检查：每个事件一行，是否有效、为什么 / check: every event once, whether it stands and why';

-- 出勤工时：每个事件一行，是否有效、为什么
-- work time: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_work_time`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `record_id` Nullable(String) COMMENT '工时记录编号 / record id 〔间接标识 quasi-identifier〕',
    `minutes` Nullable(Int64) COMMENT '填报用时 / minutes；出勤分钟数 / minutes',
    `people` Nullable(Int64) COMMENT '参与人数 / people；出勤人数 / people',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 出勤工时的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_burden 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_burden sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.record_id AS record_id,
            events.minutes AS minutes,
            events.people AS people,
            events.reason AS reason
        FROM `xiangmai`.`events_burden` AS events
        WHERE events.case_type = 'work_time'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。time_recorded_once：WorkTimeRecorded 之间没有 （任何事件） 的，只取第一个。
    -- The rules. time_recorded_once: of several WorkTimeRecorded only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'WorkTimeRecorded'
                    AND maxIf(place, event = 'WorkTimeRecorded') OVER before
                    > 0, 'rule:time_recorded_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.record_id AS record_id,
    standing_events.minutes AS minutes,
    standing_events.people AS people,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '出勤工时：每个事件一行，是否有效、为什么 / work time: every event once, whether it stands and why';

-- 时间银行存入：每个事件一行，是否有效、为什么
-- hours put into the time bank: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_care_service`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `service_id` Nullable(String) COMMENT '服务编号 / service id 〔间接标识 quasi-identifier〕',
    `volunteer_id` Nullable(String) COMMENT '志愿者编号 / volunteer id 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '服务时长（小时） / hours',
    `kind` LowCardinality(Nullable(String)) COMMENT '服务类型 / kind of service',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 时间银行存入的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_care 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_care sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.service_id AS service_id,
            events.volunteer_id AS volunteer_id,
            events.hours AS hours,
            events.kind AS kind,
            events.reason AS reason
        FROM `xiangmai`.`events_care` AS events
        WHERE events.case_type = 'care_service'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。earned_once：CareHoursEarned 之间没有 （任何事件） 的，只取第一个。
    -- The rules. earned_once: of several CareHoursEarned only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'CareHoursEarned'
                    AND maxIf(place, event = 'CareHoursEarned') OVER before
                    > 0, 'rule:earned_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.service_id AS service_id,
    standing_events.volunteer_id AS volunteer_id,
    standing_events.hours AS hours,
    standing_events.kind AS kind,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '时间银行存入：每个事件一行，是否有效、为什么 / hours put into the time bank: every event once, whether it stands and why';

-- 时间银行支取：每个事件一行，是否有效、为什么
-- hours taken out of the time bank: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_care_redemption`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `redemption_id` Nullable(String) COMMENT '支取编号 / redemption id 〔间接标识 quasi-identifier〕',
    `volunteer_id` Nullable(String) COMMENT '志愿者编号 / volunteer id 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '服务时长（小时） / hours；支取时长（小时） / hours',
    `purpose` LowCardinality(Nullable(String)) COMMENT '支取用途 / purpose',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 时间银行支取的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_care 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_care sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.redemption_id AS redemption_id,
            events.volunteer_id AS volunteer_id,
            events.hours AS hours,
            events.purpose AS purpose,
            events.reason AS reason
        FROM `xiangmai`.`events_care` AS events
        WHERE events.case_type = 'care_redemption'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。redeemed_once：CareHoursRedeemed 之间没有 （任何事件） 的，只取第一个。
    -- The rules. redeemed_once: of several CareHoursRedeemed only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'CareHoursRedeemed'
                    AND maxIf(place, event = 'CareHoursRedeemed') OVER before
                    > 0, 'rule:redeemed_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.redemption_id AS redemption_id,
    standing_events.volunteer_id AS volunteer_id,
    standing_events.hours AS hours,
    standing_events.purpose AS purpose,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '时间银行支取：每个事件一行，是否有效、为什么 / hours taken out of the time bank: every event once, whether it stands and why';

-- 老人走访：每个事件一行，是否有效、为什么
-- visit to an elder: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_elder_visit`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `visit_id` Nullable(String) COMMENT '走访编号 / visit id 〔间接标识 quasi-identifier〕',
    `elder_id` Nullable(String) COMMENT '老人编号 / elder id 〔间接标识 quasi-identifier〕',
    `living_alone` Nullable(Bool) COMMENT '是否独居 / living alone',
    `needs_help` Nullable(Bool) COMMENT '是否需要帮助 / needs help',
    `note` Nullable(String) COMMENT '走访记录 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 老人走访的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_care 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_care sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.visit_id AS visit_id,
            events.elder_id AS elder_id,
            events.living_alone AS living_alone,
            events.needs_help AS needs_help,
            events.note AS note,
            events.reason AS reason
        FROM `xiangmai`.`events_care` AS events
        WHERE events.case_type = 'elder_visit'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。elder_visited_once：ElderVisited 之间没有 （任何事件） 的，只取第一个。
    -- The rules. elder_visited_once: of several ElderVisited only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'ElderVisited'
                    AND maxIf(place, event = 'ElderVisited') OVER before
                    > 0, 'rule:elder_visited_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.visit_id AS visit_id,
    standing_events.elder_id AS elder_id,
    standing_events.living_alone AS living_alone,
    standing_events.needs_help AS needs_help,
    standing_events.note AS note,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '老人走访：每个事件一行，是否有效、为什么 / visit to an elder: every event once, whether it stands and why';

-- 家庭医生服务：每个事件一行，是否有效、为什么
-- visit of the family doctor: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_doctor_visit`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `visit_id` Nullable(String) COMMENT '走访编号 / visit id；服务编号 / visit id 〔间接标识 quasi-identifier〕',
    `resident_id` Nullable(String) COMMENT '居民编号 / resident id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '服务类型 / kind of service；服务方式 / kind of visit',
    `finding` Nullable(String) COMMENT '健康情况 / finding 〔敏感个人信息 sensitive personal data〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 家庭医生服务的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_care 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_care sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.visit_id AS visit_id,
            events.resident_id AS resident_id,
            events.kind AS kind,
            events.finding AS finding,
            events.reason AS reason
        FROM `xiangmai`.`events_care` AS events
        WHERE events.case_type = 'doctor_visit'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。doctor_visited_once：DoctorVisited 之间没有 （任何事件） 的，只取第一个。
    -- The rules. doctor_visited_once: of several DoctorVisited only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'DoctorVisited'
                    AND maxIf(place, event = 'DoctorVisited') OVER before
                    > 0, 'rule:doctor_visited_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.visit_id AS visit_id,
    standing_events.resident_id AS resident_id,
    standing_events.kind AS kind,
    standing_events.finding AS finding,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '家庭医生服务：每个事件一行，是否有效、为什么 / visit of the family doctor: every event once, whether it stands and why';

-- 提醒：每个事件一行，是否有效、为什么
-- reminder: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_care_reminder`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `reminder_id` Nullable(String) COMMENT '提醒编号 / reminder id 〔间接标识 quasi-identifier〕',
    `resident_id` Nullable(String) COMMENT '居民编号 / resident id 〔间接标识 quasi-identifier〕',
    `about` LowCardinality(Nullable(String)) COMMENT '提醒事由 / about',
    `delivered` Nullable(Bool) COMMENT '是否送达 / delivered',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 提醒的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_care 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_care sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.reminder_id AS reminder_id,
            events.resident_id AS resident_id,
            events.about AS about,
            events.delivered AS delivered,
            events.reason AS reason
        FROM `xiangmai`.`events_care` AS events
        WHERE events.case_type = 'care_reminder'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。sent_once：ReminderSent 之间没有 （任何事件） 的，只取第一个。
    -- The rules. sent_once: of several ReminderSent only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'ReminderSent'
                    AND maxIf(place, event = 'ReminderSent') OVER before
                    > 0, 'rule:sent_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.reminder_id AS reminder_id,
    standing_events.resident_id AS resident_id,
    standing_events.about AS about,
    standing_events.delivered AS delivered,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '提醒：每个事件一行，是否有效、为什么 / reminder: every event once, whether it stands and why';

-- 入户走访：每个事件一行，是否有效、为什么
-- visit to a household: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_household_visit`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `visit_id` Nullable(String) COMMENT '走访编号 / visit id 〔间接标识 quasi-identifier〕',
    `household_id` Nullable(String) COMMENT '户编号 / household id 〔间接标识 quasi-identifier〕',
    `visitor_kind` LowCardinality(Nullable(String)) COMMENT '走访人类型 / kind of visitor',
    `visitor` Nullable(String) COMMENT '走访人 / visitor 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `issues_found` Nullable(Int64) COMMENT '收集问题数 / issues found',
    `issues_solved` Nullable(Int64) COMMENT '当场解决数 / issues solved at once',
    `note` Nullable(String) COMMENT '走访记录 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 入户走访的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_contacts 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_contacts sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.visit_id AS visit_id,
            events.household_id AS household_id,
            events.visitor_kind AS visitor_kind,
            events.visitor AS visitor,
            events.issues_found AS issues_found,
            events.issues_solved AS issues_solved,
            events.note AS note,
            events.reason AS reason
        FROM `xiangmai`.`events_contacts` AS events
        WHERE events.case_type = 'household_visit'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。visited_once：HouseholdVisited 之间没有 （任何事件） 的，只取第一个。
    -- The rules. visited_once: of several HouseholdVisited only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'HouseholdVisited'
                    AND maxIf(place, event = 'HouseholdVisited') OVER before
                    > 0, 'rule:visited_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.visit_id AS visit_id,
    standing_events.household_id AS household_id,
    standing_events.visitor_kind AS visitor_kind,
    standing_events.visitor AS visitor,
    standing_events.issues_found AS issues_found,
    standing_events.issues_solved AS issues_solved,
    standing_events.note AS note,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '入户走访：每个事件一行，是否有效、为什么 / visit to a household: every event once, whether it stands and why';

-- 一线工作日志：每个事件一行，是否有效、为什么
-- day in the field: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_field_day`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `log_id` Nullable(String) COMMENT '日志编号 / log id 〔间接标识 quasi-identifier〕',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '一线工作时长（小时） / hours in the field',
    `hours_worked` Nullable(Decimal(18, 2)) COMMENT '当天工作时长（小时） / hours worked',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 一线工作日志的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_contacts 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_contacts sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.log_id AS log_id,
            events.cadre_id AS cadre_id,
            events.hours AS hours,
            events.hours_worked AS hours_worked,
            events.reason AS reason
        FROM `xiangmai`.`events_contacts` AS events
        WHERE events.case_type = 'field_day'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。logged_once：FieldDayLogged 之间没有 （任何事件） 的，只取第一个。
    -- The rules. logged_once: of several FieldDayLogged only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'FieldDayLogged'
                    AND maxIf(place, event = 'FieldDayLogged') OVER before
                    > 0, 'rule:logged_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.log_id AS log_id,
    standing_events.cadre_id AS cadre_id,
    standing_events.hours AS hours,
    standing_events.hours_worked AS hours_worked,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '一线工作日志：每个事件一行，是否有效、为什么 / day in the field: every event once, whether it stands and why';

-- 公开：每个事件一行，是否有效、为什么
-- disclosure: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_disclosure`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `disclosure_id` Nullable(String) COMMENT '公开编号 / disclosure id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '公开类别 / kind of disclosure',
    `period` Nullable(String) COMMENT '公开期次 / period',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应公开时限 / due at',
    `url` Nullable(String) COMMENT '网址 / url',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 公开的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_disclosure 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_disclosure sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.disclosure_id AS disclosure_id,
            events.kind AS kind,
            events.period AS period,
            events.due_at AS due_at,
            events.url AS url,
            events.reason AS reason
        FROM `xiangmai`.`events_disclosure` AS events
        WHERE events.case_type = 'disclosure'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。disclosed_once：DisclosurePosted 之间没有 （任何事件） 的，只取第一个。
    -- The rules. disclosed_once: of several DisclosurePosted only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'DisclosurePosted'
                    AND maxIf(place, event = 'DisclosurePosted') OVER before
                    > 0, 'rule:disclosed_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.disclosure_id AS disclosure_id,
    standing_events.kind AS kind,
    standing_events.period AS period,
    standing_events.due_at AS due_at,
    standing_events.url AS url,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '公开：每个事件一行，是否有效、为什么 / disclosure: every event once, whether it stands and why';

-- 质询：每个事件一行，是否有效、为什么
-- question: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_question`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `question_id` Nullable(String) COMMENT '质询编号 / question id 〔间接标识 quasi-identifier〕',
    `disclosure_id` Nullable(String) COMMENT '公开编号 / disclosure id；质询的公开 / disclosure in question 〔间接标识 quasi-identifier〕',
    `question` Nullable(String) COMMENT '质询内容 / question 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `resident` Nullable(String) COMMENT '质询人 / who asks 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `answer` Nullable(String) COMMENT '答复内容 / answer 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `accepted` Nullable(Bool) COMMENT '是否认可 / accepted',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 质询的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_disclosure 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_disclosure sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.question_id AS question_id,
            events.disclosure_id AS disclosure_id,
            events.question AS question,
            events.resident AS resident,
            events.answer AS answer,
            events.accepted AS accepted,
            events.reason AS reason
        FROM `xiangmai`.`events_disclosure` AS events
        WHERE events.case_type = 'question'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。raised_once：QuestionRaised 之间没有 （任何事件） 的，只取第一个。
    -- The rules. raised_once: of several QuestionRaised only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'QuestionRaised'
                    AND maxIf(place, event = 'QuestionRaised') OVER before
                    > 0, 'rule:raised_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.question_id AS question_id,
    standing_events.disclosure_id AS disclosure_id,
    standing_events.question AS question,
    standing_events.resident AS resident,
    standing_events.answer AS answer,
    standing_events.accepted AS accepted,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '质询：每个事件一行，是否有效、为什么 / question: every event once, whether it stands and why';

-- 矛盾纠纷：每个事件一行，是否有效、为什么
-- dispute: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_dispute`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `dispute_id` Nullable(String) COMMENT '纠纷编号 / dispute id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '纠纷类型 / kind of dispute',
    `parties_count` Nullable(Int64) COMMENT '当事人数 / number of parties',
    `origin` LowCardinality(Nullable(String)) COMMENT '纠纷来源 / origin',
    `amount_in_dispute` Nullable(Decimal(18, 2)) COMMENT '争议金额 / amount in dispute',
    `appeal_id` Nullable(String) COMMENT '来源诉求编号 / appeal it came from 〔间接标识 quasi-identifier〕',
    `summary` Nullable(String) COMMENT '纠纷简要 / summary 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `mediator_kind` LowCardinality(Nullable(String)) COMMENT '调解力量 / kind of mediator',
    `parties_present` Nullable(Int64) COMMENT '到场当事人数 / parties present',
    `outcome` LowCardinality(Nullable(String)) COMMENT '了结方式 / outcome',
    `in_writing` Nullable(Bool) COMMENT '是否书面协议 / in writing',
    `amount_agreed` Nullable(Decimal(18, 2)) COMMENT '协议金额 / amount agreed',
    `stable` Nullable(Bool) COMMENT '是否平稳 / stable',
    `note` Nullable(String) COMMENT '回访记录 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '复发原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 矛盾纠纷的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_disputes 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_disputes sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.dispute_id AS dispute_id,
            events.kind AS kind,
            events.parties_count AS parties_count,
            events.origin AS origin,
            events.amount_in_dispute AS amount_in_dispute,
            events.appeal_id AS appeal_id,
            events.summary AS summary,
            events.mediator_kind AS mediator_kind,
            events.parties_present AS parties_present,
            events.outcome AS outcome,
            events.in_writing AS in_writing,
            events.amount_agreed AS amount_agreed,
            events.stable AS stable,
            events.note AS note,
            events.reason AS reason
        FROM `xiangmai`.`events_disputes` AS events
        WHERE events.case_type = 'dispute'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。registered_once：DisputeRegistered 之间没有 （任何事件） 的，只取第一个；settled_once：DisputeSettled 之
    -- 间没有 DisputeRecurred 的，只取第一个。
    -- The rules. registered_once: of several DisputeRegistered only the first takes part; settled_once: of several
    -- DisputeSettled with no DisputeRecurred between them only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'DisputeRegistered'
                    AND maxIf(place, event = 'DisputeRegistered') OVER before
                    > 0, 'rule:registered_once',
                event = 'DisputeSettled'
                    AND maxIf(place, event = 'DisputeSettled') OVER before
                    > maxIf(place, event = 'DisputeRecurred') OVER before, 'rule:settled_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.dispute_id AS dispute_id,
    standing_events.kind AS kind,
    standing_events.parties_count AS parties_count,
    standing_events.origin AS origin,
    standing_events.amount_in_dispute AS amount_in_dispute,
    standing_events.appeal_id AS appeal_id,
    standing_events.summary AS summary,
    standing_events.mediator_kind AS mediator_kind,
    standing_events.parties_present AS parties_present,
    standing_events.outcome AS outcome,
    standing_events.in_writing AS in_writing,
    standing_events.amount_agreed AS amount_agreed,
    standing_events.stable AS stable,
    standing_events.note AS note,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '矛盾纠纷：每个事件一行，是否有效、为什么 / dispute: every event once, whether it stands and why';

-- 权责事项：每个事件一行，是否有效、为什么
-- duty: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_duty`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `duty_id` Nullable(String) COMMENT '权责编号 / duty id 〔间接标识 quasi-identifier〕',
    `subject_kind` LowCardinality(Nullable(String)) COMMENT '主体类别 / kind of subject',
    `subject` Nullable(String) COMMENT '承担主体 / subject',
    `duty` Nullable(String) COMMENT '权责事项 / duty',
    `basis` Nullable(String) COMMENT '依据 / basis',
    `reason` Nullable(String) COMMENT '撤下原因 / reason；退回说明 / explanation；退出原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 权责事项的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_duties 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_duties sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.duty_id AS duty_id,
            events.subject_kind AS subject_kind,
            events.subject AS subject,
            events.duty AS duty,
            events.basis AS basis,
            events.reason AS reason
        FROM `xiangmai`.`events_duties` AS events
        WHERE events.case_type = 'duty'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。assigned_once：DutyAssigned 之间没有 DutyWithdrawn 的，只取第一个。
    -- The rules. assigned_once: of several DutyAssigned with no DutyWithdrawn between them only the first takes
    -- part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'DutyAssigned'
                    AND maxIf(place, event = 'DutyAssigned') OVER before
                    > maxIf(place, event = 'DutyWithdrawn') OVER before, 'rule:assigned_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.duty_id AS duty_id,
    standing_events.subject_kind AS subject_kind,
    standing_events.subject AS subject,
    standing_events.duty AS duty,
    standing_events.basis AS basis,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '权责事项：每个事件一行，是否有效、为什么 / duty: every event once, whether it stands and why';

-- 移交事项：每个事件一行，是否有效、为什么
-- referral: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_referral`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `referral_id` Nullable(String) COMMENT '移交编号 / referral id 〔间接标识 quasi-identifier〕',
    `from_unit` Nullable(String) COMMENT '移交单位 / referring unit',
    `to_department` Nullable(String) COMMENT '移交给的部门 / department referred to',
    `joint` Nullable(Bool) COMMENT '是否多部门联办 / joint',
    `matter_id` Nullable(String) COMMENT '事项编号 / matter id 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应受理时限 / accept by',
    `duty_id` Nullable(String) COMMENT '权责编号 / duty id；对应权责编号 / duty 〔间接标识 quasi-identifier〕',
    `matter` Nullable(String) COMMENT '事项内容 / matter 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `by_department` Nullable(String) COMMENT '承接部门 / department',
    `reason_kind` LowCardinality(Nullable(String)) COMMENT '退回理由 / reason',
    `reason` Nullable(String) COMMENT '撤下原因 / reason；退回说明 / explanation；退出原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `result` Nullable(String) COMMENT '办理结果 / result 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 移交事项的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_duties 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_duties sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.referral_id AS referral_id,
            events.from_unit AS from_unit,
            events.to_department AS to_department,
            events.joint AS joint,
            events.matter_id AS matter_id,
            events.due_at AS due_at,
            events.duty_id AS duty_id,
            events.matter AS matter,
            events.by_department AS by_department,
            events.reason_kind AS reason_kind,
            events.reason AS reason,
            events.result AS result
        FROM `xiangmai`.`events_duties` AS events
        WHERE events.case_type = 'referral'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。referred_once：MatterReferred 之间没有 （任何事件） 的，只取第一个；done_once：MatterDone 之间没有 （任何
    -- 事件） 的，只取第一个。
    -- The rules. referred_once: of several MatterReferred only the first takes part; done_once: of several
    -- MatterDone only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'MatterReferred'
                    AND maxIf(place, event = 'MatterReferred') OVER before
                    > 0, 'rule:referred_once',
                event = 'MatterDone'
                    AND maxIf(place, event = 'MatterDone') OVER before
                    > 0, 'rule:done_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.referral_id AS referral_id,
    standing_events.from_unit AS from_unit,
    standing_events.to_department AS to_department,
    standing_events.joint AS joint,
    standing_events.matter_id AS matter_id,
    standing_events.due_at AS due_at,
    standing_events.duty_id AS duty_id,
    standing_events.matter AS matter,
    standing_events.by_department AS by_department,
    standing_events.reason_kind AS reason_kind,
    standing_events.reason AS reason,
    standing_events.result AS result,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '移交事项：每个事件一行，是否有效、为什么 / referral: every event once, whether it stands and why';

-- 准入事项：每个事件一行，是否有效、为什么
-- admitted item: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_admitted_item`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `item_id` Nullable(String) COMMENT '准入事项编号 / item id 〔间接标识 quasi-identifier〕',
    `name` Nullable(String) COMMENT '事项名称 / name',
    `requested_by` Nullable(String) COMMENT '申请部门 / requested by',
    `with_funds` Nullable(Bool) COMMENT '是否费随事转 / with funds',
    `reason` Nullable(String) COMMENT '撤下原因 / reason；退回说明 / explanation；退出原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 准入事项的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_duties 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_duties sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.item_id AS item_id,
            events.name AS name,
            events.requested_by AS requested_by,
            events.with_funds AS with_funds,
            events.reason AS reason
        FROM `xiangmai`.`events_duties` AS events
        WHERE events.case_type = 'admitted_item'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。admitted_once：ItemAdmitted 之间没有 ItemRemoved 的，只取第一个。
    -- The rules. admitted_once: of several ItemAdmitted with no ItemRemoved between them only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'ItemAdmitted'
                    AND maxIf(place, event = 'ItemAdmitted') OVER before
                    > maxIf(place, event = 'ItemRemoved') OVER before, 'rule:admitted_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.item_id AS item_id,
    standing_events.name AS name,
    standing_events.requested_by AS requested_by,
    standing_events.with_funds AS with_funds,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '准入事项：每个事件一行，是否有效、为什么 / admitted item: every event once, whether it stands and why';

-- 评价：每个事件一行，是否有效、为什么
-- evaluation: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_evaluation`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `evaluation_id` Nullable(String) COMMENT '评价编号 / evaluation id 〔间接标识 quasi-identifier〕',
    `subject_kind` LowCardinality(Nullable(String)) COMMENT '对象类型 / kind of subject',
    `subject_id` Nullable(String) COMMENT '对象编号 / subject id 〔间接标识 quasi-identifier〕',
    `rater_kind` LowCardinality(Nullable(String)) COMMENT '评价主体 / kind of rater',
    `rater_id` Nullable(String) COMMENT '评价人编号 / rater id 〔间接标识 quasi-identifier〕',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `dimension` LowCardinality(Nullable(String)) COMMENT '评价维度 / dimension',
    `comment` Nullable(String) COMMENT '评价意见 / comment 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 评价的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_evaluations 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_evaluations sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.evaluation_id AS evaluation_id,
            events.subject_kind AS subject_kind,
            events.subject_id AS subject_id,
            events.rater_kind AS rater_kind,
            events.rater_id AS rater_id,
            events.score AS score,
            events.dimension AS dimension,
            events.comment AS comment,
            events.reason AS reason
        FROM `xiangmai`.`events_evaluations` AS events
        WHERE events.case_type = 'evaluation'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。submitted_once：EvaluationSubmitted 之间没有 （任何事件） 的，只取第一个。
    -- The rules. submitted_once: of several EvaluationSubmitted only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'EvaluationSubmitted'
                    AND maxIf(place, event = 'EvaluationSubmitted') OVER before
                    > 0, 'rule:submitted_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.evaluation_id AS evaluation_id,
    standing_events.subject_kind AS subject_kind,
    standing_events.subject_id AS subject_id,
    standing_events.rater_kind AS rater_kind,
    standing_events.rater_id AS rater_id,
    standing_events.score AS score,
    standing_events.dimension AS dimension,
    standing_events.comment AS comment,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '评价：每个事件一行，是否有效、为什么 / evaluation: every event once, whether it stands and why';

-- 收支分录：每个事件一行，是否有效、为什么
-- ledger entry: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_ledger_entry`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `entry_id` Nullable(String) COMMENT '分录编号 / entry id 〔间接标识 quasi-identifier〕',
    `account` Nullable(String) COMMENT '会计科目 / account',
    `direction` LowCardinality(Nullable(String)) COMMENT '收支方向 / direction',
    `amount` Nullable(Decimal(18, 2)) COMMENT '金额 / amount',
    `category` LowCardinality(Nullable(String)) COMMENT '收支类别 / category',
    `counterparty` Nullable(String) COMMENT '对方单位 / counterparty 〔间接标识 quasi-identifier〕',
    `counterparty_person` Nullable(String) COMMENT '对方个人 / counterparty, a person 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `approved_by_count` Nullable(Int64) COMMENT '审批签字人数 / number of signatures',
    `summary` Nullable(String) COMMENT '摘要 / summary 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '冲销原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 收支分录的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_finance 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_finance sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.entry_id AS entry_id,
            events.account AS account,
            events.direction AS direction,
            events.amount AS amount,
            events.category AS category,
            events.counterparty AS counterparty,
            events.counterparty_person AS counterparty_person,
            events.approved_by_count AS approved_by_count,
            events.summary AS summary,
            events.reason AS reason
        FROM `xiangmai`.`events_finance` AS events
        WHERE events.case_type = 'ledger_entry'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。posted_once：LedgerEntryPosted 之间没有 （任何事件） 的，只取第一个；reversed_once：LedgerEntryReversed
    -- 之间没有 （任何事件） 的，只取第一个。
    -- The rules. posted_once: of several LedgerEntryPosted only the first takes part; reversed_once: of several
    -- LedgerEntryReversed only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'LedgerEntryPosted'
                    AND maxIf(place, event = 'LedgerEntryPosted') OVER before
                    > 0, 'rule:posted_once',
                event = 'LedgerEntryReversed'
                    AND maxIf(place, event = 'LedgerEntryReversed') OVER before
                    > 0, 'rule:reversed_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.entry_id AS entry_id,
    standing_events.account AS account,
    standing_events.direction AS direction,
    standing_events.amount AS amount,
    standing_events.category AS category,
    standing_events.counterparty AS counterparty,
    standing_events.counterparty_person AS counterparty_person,
    standing_events.approved_by_count AS approved_by_count,
    standing_events.summary AS summary,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '收支分录：每个事件一行，是否有效、为什么 / ledger entry: every event once, whether it stands and why';

-- 股份分红：每个事件一行，是否有效、为什么
-- dividend: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_dividend`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `dividend_id` Nullable(String) COMMENT '分红编号 / dividend id 〔间接标识 quasi-identifier〕',
    `for_year` Nullable(Int64) COMMENT '分红年度 / for the year',
    `shares` Nullable(Int64) COMMENT '分红股数 / shares',
    `amount_per_share` Nullable(Decimal(18, 2)) COMMENT '每股分红 / amount per share',
    `members` Nullable(Int64) COMMENT '分红人数 / members',
    `reason` Nullable(String) COMMENT '冲销原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 股份分红的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_finance 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_finance sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.dividend_id AS dividend_id,
            events.for_year AS for_year,
            events.shares AS shares,
            events.amount_per_share AS amount_per_share,
            events.members AS members,
            events.reason AS reason
        FROM `xiangmai`.`events_finance` AS events
        WHERE events.case_type = 'dividend'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。paid_once：DividendPaid 之间没有 （任何事件） 的，只取第一个。
    -- The rules. paid_once: of several DividendPaid only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'DividendPaid'
                    AND maxIf(place, event = 'DividendPaid') OVER before
                    > 0, 'rule:paid_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.dividend_id AS dividend_id,
    standing_events.for_year AS for_year,
    standing_events.shares AS shares,
    standing_events.amount_per_share AS amount_per_share,
    standing_events.members AS members,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '股份分红：每个事件一行，是否有效、为什么 / dividend: every event once, whether it stands and why';

-- 集体资产：每个事件一行，是否有效、为什么
-- asset: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_asset`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `asset_id` Nullable(String) COMMENT '资产编号 / asset id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '资产类型 / kind of asset',
    `name` Nullable(String) COMMENT '资产名称 / name',
    `amount` Nullable(Decimal(18, 2)) COMMENT '金额 / amount；资产原值 / book value；年租金 / yearly rent',
    `starts_on` Nullable(Date32) COMMENT '租期开始 / starts on',
    `ends_on` Nullable(Date32) COMMENT '租期结束 / ends on',
    `open_bidding` Nullable(Bool) COMMENT '是否公开交易 / open bidding',
    `lessee` Nullable(String) COMMENT '承租方 / lessee 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `reason` Nullable(String) COMMENT '冲销原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 集体资产的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_finance 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_finance sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.asset_id AS asset_id,
            events.kind AS kind,
            events.name AS name,
            events.amount AS amount,
            events.starts_on AS starts_on,
            events.ends_on AS ends_on,
            events.open_bidding AS open_bidding,
            events.lessee AS lessee,
            events.reason AS reason
        FROM `xiangmai`.`events_finance` AS events
        WHERE events.case_type = 'asset'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。asset_registered_once：AssetRegistered 之间没有 （任何事件） 的，只取第一个。
    -- The rules. asset_registered_once: of several AssetRegistered only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'AssetRegistered'
                    AND maxIf(place, event = 'AssetRegistered') OVER before
                    > 0, 'rule:asset_registered_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.asset_id AS asset_id,
    standing_events.kind AS kind,
    standing_events.name AS name,
    standing_events.amount AS amount,
    standing_events.starts_on AS starts_on,
    standing_events.ends_on AS ends_on,
    standing_events.open_bidding AS open_bidding,
    standing_events.lessee AS lessee,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '集体资产：每个事件一行，是否有效、为什么 / asset: every event once, whether it stands and why';

-- 小微权力运行：每个事件一行，是否有效、为什么
-- use of a small power: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_power_use`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `use_id` Nullable(String) COMMENT '用权编号 / use id 〔间接标识 quasi-identifier〕',
    `item` Nullable(String) COMMENT '权力事项 / item',
    `procedure_followed` Nullable(Bool) COMMENT '是否按流程 / procedure followed',
    `amount` Nullable(Decimal(18, 2)) COMMENT '金额 / amount；资产原值 / book value；年租金 / yearly rent；涉及金额 / amount',
    `reason` Nullable(String) COMMENT '冲销原因 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 小微权力运行的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_finance 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_finance sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.use_id AS use_id,
            events.item AS item,
            events.procedure_followed AS procedure_followed,
            events.amount AS amount,
            events.reason AS reason
        FROM `xiangmai`.`events_finance` AS events
        WHERE events.case_type = 'power_use'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。used_once：SmallPowerUsed 之间没有 （任何事件） 的，只取第一个。
    -- The rules. used_once: of several SmallPowerUsed only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'SmallPowerUsed'
                    AND maxIf(place, event = 'SmallPowerUsed') OVER before
                    > 0, 'rule:used_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.use_id AS use_id,
    standing_events.item AS item,
    standing_events.procedure_followed AS procedure_followed,
    standing_events.amount AS amount,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '小微权力运行：每个事件一行，是否有效、为什么 / use of a small power: every event once, whether it stands and why';

-- 网格巡查：每个事件一行，是否有效、为什么
-- patrol: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_patrol`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `patrol_id` Nullable(String) COMMENT '巡查编号 / patrol id 〔间接标识 quasi-identifier〕',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid id 〔间接标识 quasi-identifier〕',
    `minutes` Nullable(Int64) COMMENT '巡查时长（分钟） / minutes',
    `worker` Nullable(String) COMMENT '网格员 / grid worker 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 网格巡查的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_grid 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_grid sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.patrol_id AS patrol_id,
            events.grid_id AS grid_id,
            events.minutes AS minutes,
            events.worker AS worker,
            events.longitude AS longitude,
            events.latitude AS latitude,
            events.reason AS reason
        FROM `xiangmai`.`events_grid` AS events
        WHERE events.case_type = 'patrol'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。checked_in_once：PatrolCheckedIn 之间没有 （任何事件） 的，只取第一个。
    -- The rules. checked_in_once: of several PatrolCheckedIn only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'PatrolCheckedIn'
                    AND maxIf(place, event = 'PatrolCheckedIn') OVER before
                    > 0, 'rule:checked_in_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.patrol_id AS patrol_id,
    standing_events.grid_id AS grid_id,
    standing_events.minutes AS minutes,
    standing_events.worker AS worker,
    standing_events.longitude AS longitude,
    standing_events.latitude AS latitude,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '网格巡查：每个事件一行，是否有效、为什么 / patrol: every event once, whether it stands and why';

-- 隐患：每个事件一行，是否有效、为什么
-- hazard: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_hazard`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `hazard_id` Nullable(String) COMMENT '隐患编号 / hazard id 〔间接标识 quasi-identifier〕',
    `level` LowCardinality(Nullable(String)) COMMENT '隐患等级 / level of the hazard',
    `kind` LowCardinality(Nullable(String)) COMMENT '隐患类型 / kind of hazard',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid id 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `description` Nullable(String) COMMENT '隐患描述 / description 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `by_unit` Nullable(String) COMMENT '整改单位 / unit that put it right',
    `measure` Nullable(String) COMMENT '整改措施 / measure 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `passed` Nullable(Bool) COMMENT '是否通过 / passed',
    `note` Nullable(String) COMMENT '复查意见 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 隐患的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_grid 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_grid sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.hazard_id AS hazard_id,
            events.level AS level,
            events.kind AS kind,
            events.grid_id AS grid_id,
            events.due_at AS due_at,
            events.description AS description,
            events.longitude AS longitude,
            events.latitude AS latitude,
            events.by_unit AS by_unit,
            events.measure AS measure,
            events.passed AS passed,
            events.note AS note,
            events.reason AS reason
        FROM `xiangmai`.`events_grid` AS events
        WHERE events.case_type = 'hazard'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。found_once：HazardFound 之间没有 （任何事件） 的，只取第一个。
    -- The rules. found_once: of several HazardFound only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'HazardFound'
                    AND maxIf(place, event = 'HazardFound') OVER before
                    > 0, 'rule:found_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.hazard_id AS hazard_id,
    standing_events.level AS level,
    standing_events.kind AS kind,
    standing_events.grid_id AS grid_id,
    standing_events.due_at AS due_at,
    standing_events.description AS description,
    standing_events.longitude AS longitude,
    standing_events.latitude AS latitude,
    standing_events.by_unit AS by_unit,
    standing_events.measure AS measure,
    standing_events.passed AS passed,
    standing_events.note AS note,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '隐患：每个事件一行，是否有效、为什么 / hazard: every event once, whether it stands and why';

-- 突发事件：每个事件一行，是否有效、为什么
-- incident: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_incident`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `incident_id` Nullable(String) COMMENT '事件编号（应急） / incident id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '隐患类型 / kind of hazard；事件类型 / kind of incident',
    `severity` LowCardinality(Nullable(String)) COMMENT '事件级别 / severity',
    `partner_townships` Nullable(String) COMMENT '跨界涉及乡镇 / townships across the boundary',
    `description` Nullable(String) COMMENT '隐患描述 / description；事件经过 / description 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `unit` Nullable(String) COMMENT '响应力量 / unit',
    `partner` Nullable(String) COMMENT '联处乡镇 / partner',
    `casualties` Nullable(Int64) COMMENT '伤亡人数 / casualties',
    `note` Nullable(String) COMMENT '复查意见 / note；处置结果 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 突发事件的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_grid 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_grid sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.incident_id AS incident_id,
            events.kind AS kind,
            events.severity AS severity,
            events.partner_townships AS partner_townships,
            events.description AS description,
            events.longitude AS longitude,
            events.latitude AS latitude,
            events.unit AS unit,
            events.partner AS partner,
            events.casualties AS casualties,
            events.note AS note,
            events.reason AS reason
        FROM `xiangmai`.`events_grid` AS events
        WHERE events.case_type = 'incident'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。incident_reported_once：IncidentReported 之间没有 （任何事件）
    -- 的，只取第一个；incident_closed_once：IncidentClosed 之间没有 （任何事件） 的，只取第一个。
    -- The rules. incident_reported_once: of several IncidentReported only the first takes part;
    -- incident_closed_once: of several IncidentClosed only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'IncidentReported'
                    AND maxIf(place, event = 'IncidentReported') OVER before
                    > 0, 'rule:incident_reported_once',
                event = 'IncidentClosed'
                    AND maxIf(place, event = 'IncidentClosed') OVER before
                    > 0, 'rule:incident_closed_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.incident_id AS incident_id,
    standing_events.kind AS kind,
    standing_events.severity AS severity,
    standing_events.partner_townships AS partner_townships,
    standing_events.description AS description,
    standing_events.longitude AS longitude,
    standing_events.latitude AS latitude,
    standing_events.unit AS unit,
    standing_events.partner AS partner,
    standing_events.casualties AS casualties,
    standing_events.note AS note,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '突发事件：每个事件一行，是否有效、为什么 / incident: every event once, whether it stands and why';

-- 重大决策风险评估：每个事件一行，是否有效、为什么
-- risk assessment: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_risk_assessment`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `assessment_id` Nullable(String) COMMENT '评估编号 / assessment id 〔间接标识 quasi-identifier〕',
    `decision` Nullable(String) COMMENT '决策事项 / decision',
    `level` LowCardinality(Nullable(String)) COMMENT '隐患等级 / level of the hazard；风险等级 / level of risk',
    `advice` LowCardinality(Nullable(String)) COMMENT '评估意见 / advice',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 重大决策风险评估的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_grid 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_grid sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.assessment_id AS assessment_id,
            events.decision AS decision,
            events.level AS level,
            events.advice AS advice,
            events.reason AS reason
        FROM `xiangmai`.`events_grid` AS events
        WHERE events.case_type = 'risk_assessment'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。assessed_once：RiskAssessed 之间没有 （任何事件） 的，只取第一个。
    -- The rules. assessed_once: of several RiskAssessed only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'RiskAssessed'
                    AND maxIf(place, event = 'RiskAssessed') OVER before
                    > 0, 'rule:assessed_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.assessment_id AS assessment_id,
    standing_events.decision AS decision,
    standing_events.level AS level,
    standing_events.advice AS advice,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '重大决策风险评估：每个事件一行，是否有效、为什么 / risk assessment: every event once, whether it stands and why';

-- 人居环境检查：每个事件一行，是否有效、为什么
-- inspection: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_inspection`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `inspection_id` Nullable(String) COMMENT '检查编号 / inspection id 〔间接标识 quasi-identifier〕',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `inspector` LowCardinality(Nullable(String)) COMMENT '检查方 / inspector',
    `items` Nullable(Int64) COMMENT '检查项数 / items',
    `note` Nullable(String) COMMENT '检查意见 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 人居环境检查的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_habitat 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_habitat sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.inspection_id AS inspection_id,
            events.score AS score,
            events.inspector AS inspector,
            events.items AS items,
            events.note AS note,
            events.reason AS reason
        FROM `xiangmai`.`events_habitat` AS events
        WHERE events.case_type = 'inspection'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。scored_once：InspectionScored 之间没有 （任何事件） 的，只取第一个。
    -- The rules. scored_once: of several InspectionScored only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'InspectionScored'
                    AND maxIf(place, event = 'InspectionScored') OVER before
                    > 0, 'rule:scored_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.inspection_id AS inspection_id,
    standing_events.score AS score,
    standing_events.inspector AS inspector,
    standing_events.items AS items,
    standing_events.note AS note,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '人居环境检查：每个事件一行，是否有效、为什么 / inspection: every event once, whether it stands and why';

-- 垃圾分类抽查：每个事件一行，是否有效、为什么
-- check of garbage sorting: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_sorting_check`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `check_id` Nullable(String) COMMENT '抽查编号 / check id 〔间接标识 quasi-identifier〕',
    `households` Nullable(Int64) COMMENT '抽查户数 / households',
    `households_sorting` Nullable(Int64) COMMENT '分类正确户数 / households sorting',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 垃圾分类抽查的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_habitat 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_habitat sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.check_id AS check_id,
            events.households AS households,
            events.households_sorting AS households_sorting,
            events.reason AS reason
        FROM `xiangmai`.`events_habitat` AS events
        WHERE events.case_type = 'sorting_check'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。checked_once：GarbageSortingChecked 之间没有 （任何事件） 的，只取第一个。
    -- The rules. checked_once: of several GarbageSortingChecked only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'GarbageSortingChecked'
                    AND maxIf(place, event = 'GarbageSortingChecked') OVER before
                    > 0, 'rule:checked_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.check_id AS check_id,
    standing_events.households AS households,
    standing_events.households_sorting AS households_sorting,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '垃圾分类抽查：每个事件一行，是否有效、为什么 / check of garbage sorting: every event once, whether it stands and why';

-- 改厕：每个事件一行，是否有效、为什么
-- renovation of a toilet: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_toilet_renovation`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `renovation_id` Nullable(String) COMMENT '改厕编号 / renovation id 〔间接标识 quasi-identifier〕',
    `household_id` Nullable(String) COMMENT '户编号 / household id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '厕所类型 / kind of toilet',
    `accepted` Nullable(Bool) COMMENT '是否验收合格 / accepted',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 改厕的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_habitat 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_habitat sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.renovation_id AS renovation_id,
            events.household_id AS household_id,
            events.kind AS kind,
            events.accepted AS accepted,
            events.reason AS reason
        FROM `xiangmai`.`events_habitat` AS events
        WHERE events.case_type = 'toilet_renovation'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。renovated_once：ToiletRenovated 之间没有 （任何事件） 的，只取第一个。
    -- The rules. renovated_once: of several ToiletRenovated only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'ToiletRenovated'
                    AND maxIf(place, event = 'ToiletRenovated') OVER before
                    > 0, 'rule:renovated_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.renovation_id AS renovation_id,
    standing_events.household_id AS household_id,
    standing_events.kind AS kind,
    standing_events.accepted AS accepted,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '改厕：每个事件一行，是否有效、为什么 / renovation of a toilet: every event once, whether it stands and why';

-- 环境问题：每个事件一行，是否有效、为什么
-- habitat issue: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_habitat_issue`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `issue_id` Nullable(String) COMMENT '问题编号 / issue id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '厕所类型 / kind of toilet；问题类型 / kind of issue',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `description` Nullable(String) COMMENT '问题描述 / description 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `measure` Nullable(String) COMMENT '整改措施 / measure 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 环境问题的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_habitat 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_habitat sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.issue_id AS issue_id,
            events.kind AS kind,
            events.due_at AS due_at,
            events.description AS description,
            events.longitude AS longitude,
            events.latitude AS latitude,
            events.measure AS measure,
            events.reason AS reason
        FROM `xiangmai`.`events_habitat` AS events
        WHERE events.case_type = 'habitat_issue'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。issue_found_once：HabitatIssueFound 之间没有 （任何事件） 的，只取第一个。
    -- The rules. issue_found_once: of several HabitatIssueFound only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'HabitatIssueFound'
                    AND maxIf(place, event = 'HabitatIssueFound') OVER before
                    > 0, 'rule:issue_found_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.issue_id AS issue_id,
    standing_events.kind AS kind,
    standing_events.due_at AS due_at,
    standing_events.description AS description,
    standing_events.longitude AS longitude,
    standing_events.latitude AS latitude,
    standing_events.measure AS measure,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '环境问题：每个事件一行，是否有效、为什么 / habitat issue: every event once, whether it stands and why';

-- 创新提案：每个事件一行，是否有效、为什么
-- proposal: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_proposal`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `proposal_id` Nullable(String) COMMENT '提案编号 / proposal id 〔间接标识 quasi-identifier〕',
    `area` LowCardinality(Nullable(String)) COMMENT '领域 / area',
    `proposer_kind` LowCardinality(Nullable(String)) COMMENT '提案人类别 / kind of proposer',
    `title` Nullable(String) COMMENT '标题 / title',
    `proposer` Nullable(String) COMMENT '提案人 / proposer 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `content` Nullable(String) COMMENT '内容 / content 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `by_department` Nullable(String) COMMENT '采纳部门 / adopting department；答复部门 / deciding department；认定部门 / deciding department',
    `reason` Nullable(String) COMMENT '理由 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `evaluator_kind` LowCardinality(Nullable(String)) COMMENT '评估主体 / evaluator',
    `score` Nullable(Int64) COMMENT '得分 / score',
    `kind` LowCardinality(Nullable(String)) COMMENT '容错情形 / kind of exemption',
    `person` Nullable(String) COMMENT '免责人员 / person 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `note` Nullable(String) COMMENT '说明 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 创新提案的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_innovation 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_innovation sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.proposal_id AS proposal_id,
            events.area AS area,
            events.proposer_kind AS proposer_kind,
            events.title AS title,
            events.proposer AS proposer,
            events.content AS content,
            events.by_department AS by_department,
            events.reason AS reason,
            events.evaluator_kind AS evaluator_kind,
            events.score AS score,
            events.kind AS kind,
            events.person AS person,
            events.note AS note
        FROM `xiangmai`.`events_innovation` AS events
        WHERE events.case_type = 'proposal'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。submitted_once：ProposalSubmitted 之间没有 （任何事件） 的，只取第一个；adopted_once：ProposalAdopted 之
    -- 间没有 ProposalDeclined 的，只取第一个。
    -- The rules. submitted_once: of several ProposalSubmitted only the first takes part; adopted_once: of several
    -- ProposalAdopted with no ProposalDeclined between them only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'ProposalSubmitted'
                    AND maxIf(place, event = 'ProposalSubmitted') OVER before
                    > 0, 'rule:submitted_once',
                event = 'ProposalAdopted'
                    AND maxIf(place, event = 'ProposalAdopted') OVER before
                    > maxIf(place, event = 'ProposalDeclined') OVER before, 'rule:adopted_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.proposal_id AS proposal_id,
    standing_events.area AS area,
    standing_events.proposer_kind AS proposer_kind,
    standing_events.title AS title,
    standing_events.proposer AS proposer,
    standing_events.content AS content,
    standing_events.by_department AS by_department,
    standing_events.reason AS reason,
    standing_events.evaluator_kind AS evaluator_kind,
    standing_events.score AS score,
    standing_events.kind AS kind,
    standing_events.person AS person,
    standing_events.note AS note,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '创新提案：每个事件一行，是否有效、为什么 / proposal: every event once, whether it stands and why';

-- 最佳实践：每个事件一行，是否有效、为什么
-- practice: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_practice`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `practice_id` Nullable(String) COMMENT '做法编号 / practice id 〔间接标识 quasi-identifier〕',
    `area` LowCardinality(Nullable(String)) COMMENT '领域 / area',
    `title` Nullable(String) COMMENT '标题 / title',
    `problem` Nullable(String) COMMENT '问题 / problem 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `method` Nullable(String) COMMENT '做法 / method 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `result` Nullable(String) COMMENT '成效 / result 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `from_proposal` Nullable(String) COMMENT '来源提案编号 / proposal it came from 〔间接标识 quasi-identifier〕',
    `reason` Nullable(String) COMMENT '理由 / reason；作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 最佳实践的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_innovation 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_innovation sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.practice_id AS practice_id,
            events.area AS area,
            events.title AS title,
            events.problem AS problem,
            events.method AS method,
            events.result AS result,
            events.from_proposal AS from_proposal,
            events.reason AS reason
        FROM `xiangmai`.`events_innovation` AS events
        WHERE events.case_type = 'practice'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。practice_recorded_once：PracticeRecorded 之间没有 （任何事件） 的，只取第一个。
    -- The rules. practice_recorded_once: of several PracticeRecorded only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'PracticeRecorded'
                    AND maxIf(place, event = 'PracticeRecorded') OVER before
                    > 0, 'rule:practice_recorded_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.practice_id AS practice_id,
    standing_events.area AS area,
    standing_events.title AS title,
    standing_events.problem AS problem,
    standing_events.method AS method,
    standing_events.result AS result,
    standing_events.from_proposal AS from_proposal,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '最佳实践：每个事件一行，是否有效、为什么 / practice: every event once, whether it stands and why';

-- 组织生活：每个事件一行，是否有效、为什么
-- organisation meeting: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_organisation_meeting`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `meeting_id` Nullable(String) COMMENT '会议编号 / meeting id 〔间接标识 quasi-identifier〕',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '组织生活类型 / kind of meeting',
    `expected` Nullable(Int64) COMMENT '应到人数 / expected',
    `present` Nullable(Int64) COMMENT '实到人数 / present',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应召开时限 / due at',
    `topic` Nullable(String) COMMENT '主题 / topic 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 组织生活的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_organisations 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_organisations sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.meeting_id AS meeting_id,
            events.organisation_id AS organisation_id,
            events.kind AS kind,
            events.expected AS expected,
            events.present AS present,
            events.due_at AS due_at,
            events.topic AS topic,
            events.event_voided_reason AS event_voided_reason
        FROM `xiangmai`.`events_organisations` AS events
        WHERE events.case_type = 'organisation_meeting'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。meeting_held_once：OrganisationMeetingHeld 之间没有 （任何事件） 的，只取第一个。
    -- The rules. meeting_held_once: of several OrganisationMeetingHeld only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'OrganisationMeetingHeld'
                    AND maxIf(place, event = 'OrganisationMeetingHeld') OVER before
                    > 0, 'rule:meeting_held_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.meeting_id AS meeting_id,
    standing_events.organisation_id AS organisation_id,
    standing_events.kind AS kind,
    standing_events.expected AS expected,
    standing_events.present AS present,
    standing_events.due_at AS due_at,
    standing_events.topic AS topic,
    standing_events.event_voided_reason AS event_voided_reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '组织生活：每个事件一行，是否有效、为什么 / organisation meeting: every event once, whether it stands and why';

-- 软弱涣散整顿：每个事件一行，是否有效、为什么
-- rectification of an organisation: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_organisation_rectification`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `rectification_id` Nullable(String) COMMENT '整顿编号 / rectification id 〔间接标识 quasi-identifier〕',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation id 〔间接标识 quasi-identifier〕',
    `reason` LowCardinality(Nullable(String)) COMMENT '软弱涣散情形 / reason',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应召开时限 / due at；整顿期限 / due at',
    `note` Nullable(String) COMMENT '说明 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `passed` Nullable(Bool) COMMENT '是否通过 / passed',
    `by_department` Nullable(String) COMMENT '验收单位 / verifying department',
    `finding` Nullable(String) COMMENT '验收意见 / finding 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 软弱涣散整顿的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_organisations 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_organisations sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.rectification_id AS rectification_id,
            events.organisation_id AS organisation_id,
            events.reason AS reason,
            events.due_at AS due_at,
            events.note AS note,
            events.passed AS passed,
            events.by_department AS by_department,
            events.finding AS finding,
            events.event_voided_reason AS event_voided_reason
        FROM `xiangmai`.`events_organisations` AS events
        WHERE events.case_type = 'organisation_rectification'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。rectification_started_once：RectificationStarted 之间没有 （任何事件） 的，只取第一个。
    -- The rules. rectification_started_once: of several RectificationStarted only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'RectificationStarted'
                    AND maxIf(place, event = 'RectificationStarted') OVER before
                    > 0, 'rule:rectification_started_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.rectification_id AS rectification_id,
    standing_events.organisation_id AS organisation_id,
    standing_events.reason AS reason,
    standing_events.due_at AS due_at,
    standing_events.note AS note,
    standing_events.passed AS passed,
    standing_events.by_department AS by_department,
    standing_events.finding AS finding,
    standing_events.event_voided_reason AS event_voided_reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '软弱涣散整顿：每个事件一行，是否有效、为什么 / rectification of an organisation: every event once, whether it stands and why';

-- 党组织评星：每个事件一行，是否有效、为什么
-- stars of an organisation: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_star_rating`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `rating_id` Nullable(String) COMMENT '评星编号 / rating id 〔间接标识 quasi-identifier〕',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation id 〔间接标识 quasi-identifier〕',
    `stars` Nullable(Int64) COMMENT '星级 / stars',
    `by_department` Nullable(String) COMMENT '验收单位 / verifying department；评定单位 / awarding department',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 党组织评星的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_organisations 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_organisations sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.rating_id AS rating_id,
            events.organisation_id AS organisation_id,
            events.stars AS stars,
            events.by_department AS by_department,
            events.event_voided_reason AS event_voided_reason
        FROM `xiangmai`.`events_organisations` AS events
        WHERE events.case_type = 'star_rating'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。stars_awarded_once：StarsAwarded 之间没有 （任何事件） 的，只取第一个。
    -- The rules. stars_awarded_once: of several StarsAwarded only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'StarsAwarded'
                    AND maxIf(place, event = 'StarsAwarded') OVER before
                    > 0, 'rule:stars_awarded_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.rating_id AS rating_id,
    standing_events.organisation_id AS organisation_id,
    standing_events.stars AS stars,
    standing_events.by_department AS by_department,
    standing_events.event_voided_reason AS event_voided_reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '党组织评星：每个事件一行，是否有效、为什么 / stars of an organisation: every event once, whether it stands and why';

-- 党员评星：每个事件一行，是否有效、为什么
-- stars of a member: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_member_rating`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `rating_id` Nullable(String) COMMENT '评星编号 / rating id 〔间接标识 quasi-identifier〕',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation id 〔间接标识 quasi-identifier〕',
    `member` Nullable(String) COMMENT '党员 / member 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `stars` Nullable(Int64) COMMENT '星级 / stars',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 党员评星的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_organisations 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_organisations sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.rating_id AS rating_id,
            events.organisation_id AS organisation_id,
            events.member AS member,
            events.stars AS stars,
            events.event_voided_reason AS event_voided_reason
        FROM `xiangmai`.`events_organisations` AS events
        WHERE events.case_type = 'member_rating'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。member_stars_awarded_once：MemberStarsAwarded 之间没有 （任何事件） 的，只取第一个。
    -- The rules. member_stars_awarded_once: of several MemberStarsAwarded only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'MemberStarsAwarded'
                    AND maxIf(place, event = 'MemberStarsAwarded') OVER before
                    > 0, 'rule:member_stars_awarded_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.rating_id AS rating_id,
    standing_events.organisation_id AS organisation_id,
    standing_events.member AS member,
    standing_events.stars AS stars,
    standing_events.event_voided_reason AS event_voided_reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '党员评星：每个事件一行，是否有效、为什么 / stars of a member: every event once, whether it stands and why';

-- 户：每个事件一行，是否有效、为什么
-- household: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_household`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `household_id` Nullable(String) COMMENT '户编号 / household id 〔间接标识 quasi-identifier〕',
    `head` Nullable(String) COMMENT '户主 / head of household 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `residents` Nullable(Int64) COMMENT '常住人口 / residents',
    `low_income` Nullable(Bool) COMMENT '是否低收入 / low income 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '户的类别 / kind of household',
    `reason` LowCardinality(Nullable(String)) COMMENT '注销原因 / reason 〔间接标识 quasi-identifier〕',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 户的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_registers 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_registers sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.household_id AS household_id,
            events.head AS head,
            events.residents AS residents,
            events.low_income AS low_income,
            events.kind AS kind,
            events.reason AS reason,
            events.event_voided_reason AS event_voided_reason
        FROM `xiangmai`.`events_registers` AS events
        WHERE events.case_type = 'household'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    standing_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.household_id AS household_id,
    standing_events.head AS head,
    standing_events.residents AS residents,
    standing_events.low_income AS low_income,
    standing_events.kind AS kind,
    standing_events.reason AS reason,
    standing_events.event_voided_reason AS event_voided_reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '户：每个事件一行，是否有效、为什么 / household: every event once, whether it stands and why';

-- 网格：每个事件一行，是否有效、为什么
-- grid: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_grid`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid id 〔间接标识 quasi-identifier〕',
    `name` Nullable(String) COMMENT '网格名称 / name of the grid',
    `worker` Nullable(String) COMMENT '网格员 / grid worker 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 网格的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_registers 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_registers sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.grid_id AS grid_id,
            events.name AS name,
            events.worker AS worker,
            events.event_voided_reason AS event_voided_reason
        FROM `xiangmai`.`events_registers` AS events
        WHERE events.case_type = 'grid'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    standing_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.grid_id AS grid_id,
    standing_events.name AS name,
    standing_events.worker AS worker,
    standing_events.event_voided_reason AS event_voided_reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '网格：每个事件一行，是否有效、为什么 / grid: every event once, whether it stands and why';

-- 干部：每个事件一行，是否有效、为什么
-- cadre: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_cadre`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `post` LowCardinality(Nullable(String)) COMMENT '职务 / post',
    `name` Nullable(String) COMMENT '网格名称 / name of the grid；姓名 / name 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 干部的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_registers 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_registers sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.cadre_id AS cadre_id,
            events.post AS post,
            events.name AS name,
            events.event_voided_reason AS event_voided_reason
        FROM `xiangmai`.`events_registers` AS events
        WHERE events.case_type = 'cadre'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    standing_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.cadre_id AS cadre_id,
    standing_events.post AS post,
    standing_events.name AS name,
    standing_events.event_voided_reason AS event_voided_reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '干部：每个事件一行，是否有效、为什么 / cadre: every event once, whether it stands and why';

-- 老人：每个事件一行，是否有效、为什么
-- elder: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_elder`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `elder_id` Nullable(String) COMMENT '老人编号 / elder id 〔间接标识 quasi-identifier〕',
    `living_alone` Nullable(Bool) COMMENT '是否独居 / living alone 〔间接标识 quasi-identifier〕',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 老人的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_registers 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_registers sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.elder_id AS elder_id,
            events.living_alone AS living_alone,
            events.event_voided_reason AS event_voided_reason
        FROM `xiangmai`.`events_registers` AS events
        WHERE events.case_type = 'elder'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    standing_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.elder_id AS elder_id,
    standing_events.living_alone AS living_alone,
    standing_events.event_voided_reason AS event_voided_reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '老人：每个事件一行，是否有效、为什么 / elder: every event once, whether it stands and why';

-- 家庭医生签约：每个事件一行，是否有效、为什么
-- family doctor's contract: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_doctor_contract`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `resident_id` Nullable(String) COMMENT '居民编号 / resident id 〔间接标识 quasi-identifier〕',
    `doctor` Nullable(String) COMMENT '家庭医生 / family doctor 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 家庭医生签约的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_registers 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_registers sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.resident_id AS resident_id,
            events.doctor AS doctor,
            events.event_voided_reason AS event_voided_reason
        FROM `xiangmai`.`events_registers` AS events
        WHERE events.case_type = 'doctor_contract'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    standing_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.resident_id AS resident_id,
    standing_events.doctor AS doctor,
    standing_events.event_voided_reason AS event_voided_reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '家庭医生签约：每个事件一行，是否有效、为什么 / family doctor\'s contract: every event once, whether it stands and why';

-- 服务事项：每个事件一行，是否有效、为什么
-- service item: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_service_item`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `item` Nullable(String) COMMENT '事项编码 / item',
    `name` Nullable(String) COMMENT '网格名称 / name of the grid；姓名 / name；事项名称 / name of the item 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 服务事项的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_registers 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_registers sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.item AS item,
            events.name AS name,
            events.event_voided_reason AS event_voided_reason
        FROM `xiangmai`.`events_registers` AS events
        WHERE events.case_type = 'service_item'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    standing_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.item AS item,
    standing_events.name AS name,
    standing_events.event_voided_reason AS event_voided_reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '服务事项：每个事件一行，是否有效、为什么 / service item: every event once, whether it stands and why';

-- 党组织：每个事件一行，是否有效、为什么
-- party organisation: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_organisation`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `organisation_id` Nullable(String) COMMENT '组织编号 / organisation id 〔间接标识 quasi-identifier〕',
    `name` Nullable(String) COMMENT '网格名称 / name of the grid；姓名 / name；事项名称 / name of the item；组织名称 / name of the organisation 〔个人标识，已假名化 direct identifier, pseudonymised〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '户的类别 / kind of household；组织类别 / kind of organisation',
    `event_voided_reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 党组织的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_registers 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_registers sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.organisation_id AS organisation_id,
            events.name AS name,
            events.kind AS kind,
            events.event_voided_reason AS event_voided_reason
        FROM `xiangmai`.`events_registers` AS events
        WHERE events.case_type = 'organisation'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    standing_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.organisation_id AS organisation_id,
    standing_events.name AS name,
    standing_events.kind AS kind,
    standing_events.event_voided_reason AS event_voided_reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '党组织：每个事件一行，是否有效、为什么 / party organisation: every event once, whether it stands and why';

-- 预警：每个事件一行，是否有效、为什么
-- warning: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_warning`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `warning_id` Nullable(String) COMMENT '预警编号 / warning id 〔间接标识 quasi-identifier〕',
    `indicator` Nullable(String) COMMENT '指标编号 / indicator',
    `colour` LowCardinality(Nullable(String)) COMMENT '预警颜色 / colour',
    `value` Nullable(Float64) COMMENT '指标值 / value',
    `line` Nullable(Float64) COMMENT '警戒线 / line',
    `period` Nullable(String) COMMENT '所属时段 / period',
    `about_department` Nullable(String) COMMENT '责任部门 / responsible department',
    `previous_warning_id` Nullable(String) COMMENT '上一次同项预警编号 / previous warning 〔间接标识 quasi-identifier〕',
    `days_since_cleared` Nullable(Int64) COMMENT '距上次解除天数 / days since it was cleared',
    `reds_in_a_row` Nullable(Int64) COMMENT '连续红色期数 / reds in a row',
    `to_step` LowCardinality(Nullable(String)) COMMENT '升至 / to step',
    `because` LowCardinality(Nullable(String)) COMMENT '升级原因 / because；解除原因 / because',
    `by_department` Nullable(String) COMMENT '约谈单位 / talking department；督办单位 / supervising department；责令单位 / ordering department；验收单位 / accepting department',
    `post` Nullable(String) COMMENT '被约谈人职务 / post',
    `note` Nullable(String) COMMENT '约谈要点 / note 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `list_number` Nullable(String) COMMENT '督办单号 / list number 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `requirement` Nullable(String) COMMENT '整改要求 / requirement 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `evidence` Nullable(String) COMMENT '佐证 / evidence 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 预警的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_supervision 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_supervision sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.warning_id AS warning_id,
            events.indicator AS indicator,
            events.colour AS colour,
            events.value AS value,
            events.line AS line,
            events.period AS period,
            events.about_department AS about_department,
            events.previous_warning_id AS previous_warning_id,
            events.days_since_cleared AS days_since_cleared,
            events.reds_in_a_row AS reds_in_a_row,
            events.to_step AS to_step,
            events.because AS because,
            events.by_department AS by_department,
            events.post AS post,
            events.note AS note,
            events.list_number AS list_number,
            events.due_at AS due_at,
            events.requirement AS requirement,
            events.evidence AS evidence,
            events.reason AS reason
        FROM `xiangmai`.`events_supervision` AS events
        WHERE events.case_type = 'warning'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。raised_once：WarningRaised 之间没有 （任何事件） 的，只取第一个；cleared_once：WarningCleared 之间没有 （
    -- 任何事件） 的，只取第一个。
    -- The rules. raised_once: of several WarningRaised only the first takes part; cleared_once: of several
    -- WarningCleared only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'WarningRaised'
                    AND maxIf(place, event = 'WarningRaised') OVER before
                    > 0, 'rule:raised_once',
                event = 'WarningCleared'
                    AND maxIf(place, event = 'WarningCleared') OVER before
                    > 0, 'rule:cleared_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.warning_id AS warning_id,
    standing_events.indicator AS indicator,
    standing_events.colour AS colour,
    standing_events.value AS value,
    standing_events.line AS line,
    standing_events.period AS period,
    standing_events.about_department AS about_department,
    standing_events.previous_warning_id AS previous_warning_id,
    standing_events.days_since_cleared AS days_since_cleared,
    standing_events.reds_in_a_row AS reds_in_a_row,
    standing_events.to_step AS to_step,
    standing_events.because AS because,
    standing_events.by_department AS by_department,
    standing_events.post AS post,
    standing_events.note AS note,
    standing_events.list_number AS list_number,
    standing_events.due_at AS due_at,
    standing_events.requirement AS requirement,
    standing_events.evidence AS evidence,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '预警：每个事件一行，是否有效、为什么 / warning: every event once, whether it stands and why';

-- 表彰：每个事件一行，是否有效、为什么
-- award: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_award`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `award_id` Nullable(String) COMMENT '表彰编号 / award id 〔间接标识 quasi-identifier〕',
    `title` Nullable(String) COMMENT '表彰名称 / title',
    `by_department` Nullable(String) COMMENT '约谈单位 / talking department；督办单位 / supervising department；责令单位 / ordering department；验收单位 / accepting department；表彰单位 / awarding department',
    `about_department` Nullable(String) COMMENT '责任部门 / responsible department；受表彰部门 / department commended',
    `indicator` Nullable(String) COMMENT '指标编号 / indicator；对应指标 / indicator',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 表彰的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_supervision 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_supervision sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.award_id AS award_id,
            events.title AS title,
            events.by_department AS by_department,
            events.about_department AS about_department,
            events.indicator AS indicator,
            events.reason AS reason
        FROM `xiangmai`.`events_supervision` AS events
        WHERE events.case_type = 'award'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。given_once：AwardGiven 之间没有 （任何事件） 的，只取第一个。
    -- The rules. given_once: of several AwardGiven only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'AwardGiven'
                    AND maxIf(place, event = 'AwardGiven') OVER before
                    > 0, 'rule:given_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.award_id AS award_id,
    standing_events.title AS title,
    standing_events.by_department AS by_department,
    standing_events.about_department AS about_department,
    standing_events.indicator AS indicator,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '表彰：每个事件一行，是否有效、为什么 / award: every event once, whether it stands and why';

-- 参加培训：每个事件一行，是否有效、为什么
-- training attended: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_training_attendance`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `attendance_id` Nullable(String) COMMENT '培训记录编号 / attendance id 〔间接标识 quasi-identifier〕',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `kind` LowCardinality(Nullable(String)) COMMENT '培训类型 / kind of training',
    `hours` Nullable(Decimal(18, 2)) COMMENT '学习时长（学时） / hours',
    `course` Nullable(String) COMMENT '课程名称 / course',
    `online` Nullable(Bool) COMMENT '是否线上 / online',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 参加培训的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_training 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_training sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.attendance_id AS attendance_id,
            events.cadre_id AS cadre_id,
            events.kind AS kind,
            events.hours AS hours,
            events.course AS course,
            events.online AS online,
            events.reason AS reason
        FROM `xiangmai`.`events_training` AS events
        WHERE events.case_type = 'training_attendance'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。attended_once：TrainingAttended 之间没有 （任何事件） 的，只取第一个。
    -- The rules. attended_once: of several TrainingAttended only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'TrainingAttended'
                    AND maxIf(place, event = 'TrainingAttended') OVER before
                    > 0, 'rule:attended_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.attendance_id AS attendance_id,
    standing_events.cadre_id AS cadre_id,
    standing_events.kind AS kind,
    standing_events.hours AS hours,
    standing_events.course AS course,
    standing_events.online AS online,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '参加培训：每个事件一行，是否有效、为什么 / training attended: every event once, whether it stands and why';

-- 能力测评：每个事件一行，是否有效、为什么
-- capability assessment: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_capability_assessment`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `assessment_id` Nullable(String) COMMENT '测评编号 / assessment id 〔间接标识 quasi-identifier〕',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `dimension` LowCardinality(Nullable(String)) COMMENT '能力维度 / dimension',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 能力测评的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_training 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_training sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.assessment_id AS assessment_id,
            events.cadre_id AS cadre_id,
            events.dimension AS dimension,
            events.score AS score,
            events.reason AS reason
        FROM `xiangmai`.`events_training` AS events
        WHERE events.case_type = 'capability_assessment'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。capability_assessed_once：CapabilityAssessed 之间没有 （任何事件） 的，只取第一个。
    -- The rules. capability_assessed_once: of several CapabilityAssessed only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'CapabilityAssessed'
                    AND maxIf(place, event = 'CapabilityAssessed') OVER before
                    > 0, 'rule:capability_assessed_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.assessment_id AS assessment_id,
    standing_events.cadre_id AS cadre_id,
    standing_events.dimension AS dimension,
    standing_events.score AS score,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '能力测评：每个事件一行，是否有效、为什么 / capability assessment: every event once, whether it stands and why';

-- 胜任力测试：每个事件一行，是否有效、为什么
-- competence test: every event once, whether it stands and why
CREATE OR REPLACE VIEW `xiangmai`.`proof_events_competence_test`
(
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `case_id` String COMMENT '所属事项编号 / id of the case it belongs to',
    `event` LowCardinality(String) COMMENT '事件类型（记录名） / kind of event (record name)',
    `event_id` UUID COMMENT '事件编号 / event id 〔间接标识 quasi-identifier〕',
    `occurred_at` DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 / occurred at',
    `village` LowCardinality(Nullable(String)) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `corrects` Nullable(UUID) COMMENT '更正的事件 / corrected event 〔间接标识 quasi-identifier〕',
    `recorded_at` DateTime64(3, 'Asia/Shanghai') COMMENT '登记时间 / recorded at',
    `department` LowCardinality(String) COMMENT '填报部门 / reporting department',
    `source` LowCardinality(String) COMMENT '来源 / source',
    `test_id` Nullable(String) COMMENT '测试编号 / test id 〔间接标识 quasi-identifier〕',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `passed` Nullable(Bool) COMMENT '是否达标 / passed',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `reason` Nullable(String) COMMENT '作废原因 / reason 〔自由文本，号码已遮盖 free text, numbers masked〕',
    `kafka_topic` LowCardinality(String) COMMENT '事件所在主题 / its Kafka topic',
    `kafka_partition` UInt32 COMMENT '事件所在分区 / its partition',
    `kafka_offset` UInt64 COMMENT '事件的位点 / its offset',
    `standing` String COMMENT '地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if not why',
    `corrected_by` Nullable(UUID) COMMENT '更正或作废它的事件 / the event that corrects it or takes it back',
    `place` UInt64 COMMENT '同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id'
)
AS
WITH
    -- 胜任力测试的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 events_training 已去重。
    -- The events of this kind of case. Of one that came several times the lowest offset stands: the view
    -- events_training sees to that.
    known_events AS
    (
        SELECT
            events.township AS township,
            events.case_id AS case_id,
            events.event AS event,
            events.event_id AS event_id,
            events.occurred_at AS occurred_at,
            events.village AS village,
            events.corrects AS corrects,
            events.kafka_offset AS kafka_offset,
            events.recorded_at AS recorded_at,
            events.department AS department,
            events.source AS source,
            events.kafka_topic AS kafka_topic,
            events.kafka_partition AS kafka_partition,
            events.test_id AS test_id,
            events.cadre_id AS cadre_id,
            events.passed AS passed,
            events.score AS score,
            events.reason AS reason
        FROM `xiangmai`.`events_training` AS events
        WHERE events.case_type = 'competence_test'
    ),
    -- 一个事项最多取 10000 个先到的事件（按位点），其余计算进程已拒收。
    -- At most 10000 events of a case take part, by offset; the worker refused the others.
    events_beyond_limit AS
    (
        SELECT
            township,
            case_id,
            event_id
        FROM known_events
        WHERE (township, case_id) IN (SELECT township, case_id FROM known_events GROUP BY township, case_id HAVING count() > 10000)
        ORDER BY kafka_offset
        LIMIT 10000, 18446744073709551615 BY township, case_id
    ),
    -- 被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。
    -- Events that another event of the same case names in `corrects`. That holds even where the naming event is
    -- itself corrected or taken back.
    corrections AS
    (
        SELECT
            township,
            case_id,
            assumeNotNull(corrects) AS event_id,
            toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by
        FROM known_events
        WHERE corrects IS NOT NULL
            AND (township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)
        GROUP BY township, case_id, corrects
    ),
    -- 各事件是否有效，并按（发生时间，事件编号）编次序。
    -- Whether each event is effective, and its place in the order of (occurred_at, event_id).
    judged_events AS
    (
        SELECT
            known_events.*,
            corrections.corrected_by AS corrected_by,
            multiIf(
                (known_events.township, known_events.case_id, known_events.event_id)
                    IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',
                corrections.corrected_by IS NOT NULL, 'corrected',
                known_events.event = 'EventVoided', 'void',
                'effective') AS standing,
            row_number() OVER (PARTITION BY township, case_id, standing ORDER BY occurred_at, toString(event_id)) AS place
        FROM known_events
        LEFT JOIN corrections
            ON known_events.township = corrections.township
            AND known_events.case_id = corrections.case_id
            AND known_events.event_id = corrections.event_id
    ),
    -- 规则。tested_once：CompetenceTested 之间没有 （任何事件） 的，只取第一个。
    -- The rules. tested_once: of several CompetenceTested only the first takes part.
    standing_events AS
    (
        SELECT
            judged_events.* EXCEPT (standing),
            multiIf(
                judged_events.standing != 'effective', judged_events.standing,
                event = 'CompetenceTested'
                    AND maxIf(place, event = 'CompetenceTested') OVER before
                    > 0, 'rule:tested_once',
                'effective') AS standing
        FROM judged_events
        WINDOW before AS
        (
            PARTITION BY township, case_id, judged_events.standing
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
SELECT
    standing_events.township AS township,
    standing_events.case_id AS case_id,
    standing_events.event AS event,
    standing_events.event_id AS event_id,
    standing_events.occurred_at AS occurred_at,
    standing_events.village AS village,
    standing_events.corrects AS corrects,
    standing_events.recorded_at AS recorded_at,
    standing_events.department AS department,
    standing_events.source AS source,
    standing_events.test_id AS test_id,
    standing_events.cadre_id AS cadre_id,
    standing_events.passed AS passed,
    standing_events.score AS score,
    standing_events.reason AS reason,
    standing_events.kafka_topic AS kafka_topic,
    standing_events.kafka_partition AS kafka_partition,
    standing_events.kafka_offset AS kafka_offset,
    standing_events.standing AS standing,
    standing_events.corrected_by AS corrected_by,
    standing_events.place AS place
FROM standing_events
COMMENT '胜任力测试：每个事件一行，是否有效、为什么 / competence test: every event once, whether it stands and why';

-- 诉求：由事件重新折叠的现状，用以核对 cases_appeal
-- appeal: folded again from the events, to be held against cases_appeal
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_appeal`
(
    `case_id` String COMMENT '诉求编号 / appeal id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `reported_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '登记时间 / reported at',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办理期限 / due at',
    `channel` Nullable(String) COMMENT '渠道 / channel',
    `category` Nullable(String) COMMENT '诉求类别 / category',
    `urgency` Nullable(String) COMMENT '紧急程度 / urgency',
    `reporting_department` Nullable(String) COMMENT '登记单位 / reporting department',
    `dispatched_to` Nullable(String) COMMENT '最后派往部门 / department last dispatched to',
    `closing_department` Nullable(String) COMMENT '办结部门 / closing department',
    `department` Nullable(String) COMMENT '责任部门 / responsible department',
    `first_dispatched_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次派单时间 / first dispatched at',
    `first_responded_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次响应时间 / first responded at',
    `closed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办结时间 / closed at',
    `outcome` Nullable(String) COMMENT '办理结果 / outcome',
    `returned` Nullable(Bool) COMMENT '是否退过单 / was returned',
    `return_count` Nullable(Int64) COMMENT '退单次数 / number of returns',
    `reopened` Nullable(Bool) COMMENT '是否重开过 / was reopened',
    `rated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近回访时间 / last rated at',
    `responded` Nullable(Bool) COMMENT '是否响应 / responded',
    `resolved` Nullable(Bool) COMMENT '是否解决 / resolved',
    `satisfied` Nullable(Bool) COMMENT '是否满意 / satisfied',
    `last_dispatched_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近派单时间 / last dispatched at',
    `whistled` Nullable(Bool) COMMENT '最近派单是否吹哨 / last dispatch was a whistle',
    `answered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近派单后首次响应时间 / first answered after the last dispatch at',
    `answered_by` Nullable(String) COMMENT '最近派单后首个响应部门 / department that first answered after the last dispatch',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（AppealReopened、AppealDispatched）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (AppealReopened、AppealDispatched): what came
    -- before it counts no more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('AppealReopened')) OVER (PARTITION BY township, case_id) AS since_AppealReopened,
            maxIf(place, event IN ('AppealDispatched')) OVER (PARTITION BY township, case_id) AS since_AppealDispatched
        FROM `xiangmai`.`proof_events_appeal`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。诉求没有 AppealReported 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without AppealReported it counts
    -- nowhere.
    folded_cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'AppealReported') AS reported_at,
            argMinIf(event.due_at, event.place, event.event = 'AppealReported') AS due_at,
            argMinIf(event.channel, event.place, event.event = 'AppealReported') AS channel,
            argMinIf(event.category, event.place, event.event = 'AppealReported') AS category,
            argMinIf(event.urgency, event.place, event.event = 'AppealReported') AS urgency,
            argMinIf(toNullable(event.department), event.place, event.event = 'AppealReported') AS reporting_department,
            argMaxIf(event.to_department, event.place, event.event = 'AppealDispatched') AS dispatched_to,
            argMaxIf(event.by_department, event.place, event.event = 'AppealClosed') AS closing_department,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'AppealDispatched') AS first_dispatched_at,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'AppealResponded') AS first_responded_at,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'AppealClosed' AND event.place >= event.since_AppealReopened
            ) AS closed_at,
            argMaxIf(
                event.outcome,
                event.place,
                event.event = 'AppealClosed' AND event.place >= event.since_AppealReopened
            ) AS outcome,
            countIf(event.event = 'AppealReturned') > 0 AS returned,
            toInt64(countIf(event.event = 'AppealReturned')) AS return_count,
            countIf(event.event = 'AppealReopened') > 0 AS reopened,
            argMaxIf(toNullable(event.occurred_at), event.place, event.event = 'AppealRated') AS rated_at,
            argMaxIf(event.responded, event.place, event.event = 'AppealRated') AS responded,
            argMaxIf(event.resolved, event.place, event.event = 'AppealRated') AS resolved,
            argMaxIf(event.satisfied, event.place, event.event = 'AppealRated') AS satisfied,
            argMaxIf(toNullable(event.occurred_at), event.place, event.event = 'AppealDispatched') AS last_dispatched_at,
            argMaxIf(event.whistle, event.place, event.event = 'AppealDispatched') AS whistled,
            argMinIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'AppealResponded' AND event.place >= event.since_AppealDispatched
            ) AS answered_at,
            argMinIf(
                event.by_department,
                event.place,
                event.event = 'AppealResponded' AND event.place >= event.since_AppealDispatched
            ) AS answered_by,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'AppealReported') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    ),
    -- 再算出由上面各字段推得的字段。
    -- And the fields that are computed from those.
    cases AS
    (
        SELECT
            folded_cases.*,
            coalesce(`dispatched_to`, `closing_department`, `reporting_department`) AS department
        FROM folded_cases
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.reported_at AS reported_at,
    cases.due_at AS due_at,
    cases.channel AS channel,
    cases.category AS category,
    cases.urgency AS urgency,
    cases.reporting_department AS reporting_department,
    cases.dispatched_to AS dispatched_to,
    cases.closing_department AS closing_department,
    cases.department AS department,
    cases.first_dispatched_at AS first_dispatched_at,
    cases.first_responded_at AS first_responded_at,
    cases.closed_at AS closed_at,
    cases.outcome AS outcome,
    cases.returned AS returned,
    cases.return_count AS return_count,
    cases.reopened AS reopened,
    cases.rated_at AS rated_at,
    cases.responded AS responded,
    cases.resolved AS resolved,
    cases.satisfied AS satisfied,
    cases.last_dispatched_at AS last_dispatched_at,
    cases.whistled AS whistled,
    cases.answered_at AS answered_at,
    cases.answered_by AS answered_by,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '诉求：由事件重新折叠的现状，用以核对 cases_appeal / appeal: folded again from the events, to be held against cases_appeal';

-- 索报：由事件重新折叠的现状，用以核对 cases_report_demand
-- demand for a report: folded again from the events, to be held against cases_report_demand
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_report_demand`
(
    `case_id` String COMMENT '索报编号 / demand for a report id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `level` Nullable(String) COMMENT '索报对象 / asked of',
    `demanded_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '索报时间 / demanded at',
    `department` Nullable(String) COMMENT '索报部门 / demanding department',
    `form` Nullable(String) COMMENT '报表名称 / form',
    `kind` Nullable(String) COMMENT '索报类型 / kind of demand',
    `fields_count` Nullable(Int64) COMMENT '填报项数 / number of fields',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '要求报送时限 / due at',
    `duplicate_of` Nullable(String) COMMENT '重复于 / duplicate of',
    `filled_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次填报时间 / first filled at',
    `minutes` Nullable(Int64) COMMENT '填报用时（分钟） / minutes it took',
    `answered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '系统代填时间 / answered from events at',
    `met_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '报送时间 / met at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。索报没有 ReportDemanded 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without ReportDemanded it counts
    -- nowhere.
    folded_cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(event.level, event.place, event.event = 'ReportDemanded') AS level,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'ReportDemanded') AS demanded_at,
            argMinIf(event.by_department, event.place, event.event = 'ReportDemanded') AS department,
            argMinIf(event.form, event.place, event.event = 'ReportDemanded') AS form,
            argMinIf(event.kind, event.place, event.event = 'ReportDemanded') AS kind,
            argMinIf(event.fields_count, event.place, event.event = 'ReportDemanded') AS fields_count,
            argMinIf(event.due_at, event.place, event.event = 'ReportDemanded') AS due_at,
            argMinIf(event.duplicate_of, event.place, event.event = 'ReportDemanded') AS duplicate_of,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'ReportFilled') AS filled_at,
            ifNull(sumIf(event.minutes, event.event = 'ReportFilled'), 0) AS minutes,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'ReportAnsweredFromEvents') AS answered_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'ReportDemanded') AS opening_events
        FROM `xiangmai`.`proof_events_report_demand` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    ),
    -- 再算出由上面各字段推得的字段。
    -- And the fields that are computed from those.
    cases AS
    (
        SELECT
            folded_cases.*,
            (CASE WHEN ((`filled_at` IS NULL) OR (`answered_at` IS NULL)) THEN coalesce(`filled_at`, `answered_at`) ELSE if((`filled_at` IS NULL) OR (`answered_at` IS NULL), NULL, least(`filled_at`, `answered_at`)) END) AS met_at
        FROM folded_cases
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.level AS level,
    cases.demanded_at AS demanded_at,
    cases.department AS department,
    cases.form AS form,
    cases.kind AS kind,
    cases.fields_count AS fields_count,
    cases.due_at AS due_at,
    cases.duplicate_of AS duplicate_of,
    cases.filled_at AS filled_at,
    cases.minutes AS minutes,
    cases.answered_at AS answered_at,
    cases.met_at AS met_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '索报：由事件重新折叠的现状，用以核对 cases_report_demand / demand for a report: folded again from the events, to be held against cases_report_demand';

-- 检查：由事件重新折叠的现状，用以核对 cases_check
-- check: folded again from the events, to be held against cases_check
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_check`
(
    `case_id` String COMMENT '检查编号 / check id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `level` Nullable(String) COMMENT '检查对象 / checked',
    `held_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '检查时间 / held at',
    `department` Nullable(String) COMMENT '检查部门 / checking department',
    `planned` Nullable(Bool) COMMENT '是否列入年度计划 / planned',
    `materials` Nullable(Int64) COMMENT '要求提供材料份数 / materials asked for',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。检查没有 CheckHeld 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without CheckHeld it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(event.level, event.place) AS level,
            argMin(toNullable(event.occurred_at), event.place) AS held_at,
            argMin(event.by_department, event.place) AS department,
            argMin(event.planned, event.place) AS planned,
            argMin(event.materials, event.place) AS materials,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'CheckHeld') AS opening_events
        FROM `xiangmai`.`proof_events_check` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.level AS level,
    cases.held_at AS held_at,
    cases.department AS department,
    cases.planned AS planned,
    cases.materials AS materials,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '检查：由事件重新折叠的现状，用以核对 cases_check / check: folded again from the events, to be held against cases_check';

-- 出勤工时：由事件重新折叠的现状，用以核对 cases_work_time
-- work time: folded again from the events, to be held against cases_work_time
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_work_time`
(
    `case_id` String COMMENT '出勤工时编号 / work time id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `worked_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '记录时间 / worked at',
    `minutes` Nullable(Int64) COMMENT '出勤分钟数 / minutes',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。出勤工时没有 WorkTimeRecorded 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without WorkTimeRecorded it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS worked_at,
            argMin(event.minutes, event.place) AS minutes,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'WorkTimeRecorded') AS opening_events
        FROM `xiangmai`.`proof_events_work_time` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.worked_at AS worked_at,
    cases.minutes AS minutes,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '出勤工时：由事件重新折叠的现状，用以核对 cases_work_time / work time: folded again from the events, to be held against cases_work_time';

-- 时间银行存入：由事件重新折叠的现状，用以核对 cases_care_service
-- hours put into the time bank: folded again from the events, to be held against cases_care_service
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_care_service`
(
    `case_id` String COMMENT '时间银行存入编号 / hours put into the time bank id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `earned_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '服务时间 / earned at',
    `volunteer_id` Nullable(String) COMMENT '志愿者编号 / volunteer 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '服务时长 / hours',
    `kind` Nullable(String) COMMENT '服务类型 / kind of service',
    `never_leaves_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '退出时间（存入不过期，总为空） / leaves at (hours never lapse so always null)',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。时间银行存入没有 CareHoursEarned 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without CareHoursEarned it
    -- counts nowhere.
    folded_cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS earned_at,
            argMin(event.volunteer_id, event.place) AS volunteer_id,
            argMin(CAST(event.hours, 'Nullable(Decimal(18, 2))'), event.place) AS hours,
            argMin(event.kind, event.place) AS kind,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'CareHoursEarned') AS opening_events
        FROM `xiangmai`.`proof_events_care_service` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    ),
    -- 再算出由上面各字段推得的字段。
    -- And the fields that are computed from those.
    cases AS
    (
        SELECT
            folded_cases.*,
            (CASE WHEN (`hours` < toDecimal64('0.00', 2)) THEN `earned_at` ELSE NULL END) AS never_leaves_at
        FROM folded_cases
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.earned_at AS earned_at,
    cases.volunteer_id AS volunteer_id,
    cases.hours AS hours,
    cases.kind AS kind,
    cases.never_leaves_at AS never_leaves_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '时间银行存入：由事件重新折叠的现状，用以核对 cases_care_service / hours put into the time bank: folded again from the events, to be held against cases_care_service';

-- 时间银行支取：由事件重新折叠的现状，用以核对 cases_care_redemption
-- hours taken out of the time bank: folded again from the events, to be held against cases_care_redemption
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_care_redemption`
(
    `case_id` String COMMENT '时间银行支取编号 / hours taken out of the time bank id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `redeemed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '支取时间 / redeemed at',
    `volunteer_id` Nullable(String) COMMENT '志愿者编号 / volunteer 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '支取时长 / hours',
    `purpose` Nullable(String) COMMENT '支取用途 / purpose',
    `never_leaves_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '退出时间（支取不撤回，总为空） / leaves at (always null)',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。时间银行支取没有 CareHoursRedeemed 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without CareHoursRedeemed it
    -- counts nowhere.
    folded_cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS redeemed_at,
            argMin(event.volunteer_id, event.place) AS volunteer_id,
            argMin(CAST(event.hours, 'Nullable(Decimal(18, 2))'), event.place) AS hours,
            argMin(event.purpose, event.place) AS purpose,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'CareHoursRedeemed') AS opening_events
        FROM `xiangmai`.`proof_events_care_redemption` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    ),
    -- 再算出由上面各字段推得的字段。
    -- And the fields that are computed from those.
    cases AS
    (
        SELECT
            folded_cases.*,
            (CASE WHEN (`hours` < toDecimal64('0.00', 2)) THEN `redeemed_at` ELSE NULL END) AS never_leaves_at
        FROM folded_cases
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.redeemed_at AS redeemed_at,
    cases.volunteer_id AS volunteer_id,
    cases.hours AS hours,
    cases.purpose AS purpose,
    cases.never_leaves_at AS never_leaves_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '时间银行支取：由事件重新折叠的现状，用以核对 cases_care_redemption / hours taken out of the time bank: folded again from the events, to be held against cases_care_redemption';

-- 老人走访：由事件重新折叠的现状，用以核对 cases_elder_visit
-- visit to an elder: folded again from the events, to be held against cases_elder_visit
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_elder_visit`
(
    `case_id` String COMMENT '老人走访编号 / visit to an elder id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `visited_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '走访时间 / visited at',
    `elder_id` Nullable(String) COMMENT '老人编号 / elder 〔间接标识 quasi-identifier〕',
    `living_alone` Nullable(Bool) COMMENT '是否独居 / living alone',
    `needs_help` Nullable(Bool) COMMENT '是否需要帮助 / needs help',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。老人走访没有 ElderVisited 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without ElderVisited it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS visited_at,
            argMin(event.elder_id, event.place) AS elder_id,
            argMin(event.living_alone, event.place) AS living_alone,
            argMin(event.needs_help, event.place) AS needs_help,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'ElderVisited') AS opening_events
        FROM `xiangmai`.`proof_events_elder_visit` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.visited_at AS visited_at,
    cases.elder_id AS elder_id,
    cases.living_alone AS living_alone,
    cases.needs_help AS needs_help,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '老人走访：由事件重新折叠的现状，用以核对 cases_elder_visit / visit to an elder: folded again from the events, to be held against cases_elder_visit';

-- 家庭医生服务：由事件重新折叠的现状，用以核对 cases_doctor_visit
-- visit of the family doctor: folded again from the events, to be held against cases_doctor_visit
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_doctor_visit`
(
    `case_id` String COMMENT '家庭医生服务编号 / visit of the family doctor id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `visited_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '服务时间 / visited at',
    `resident_id` Nullable(String) COMMENT '居民编号 / resident 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '服务方式 / kind of visit',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。家庭医生服务没有 DoctorVisited 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without DoctorVisited it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS visited_at,
            argMin(event.resident_id, event.place) AS resident_id,
            argMin(event.kind, event.place) AS kind,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'DoctorVisited') AS opening_events
        FROM `xiangmai`.`proof_events_doctor_visit` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.visited_at AS visited_at,
    cases.resident_id AS resident_id,
    cases.kind AS kind,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '家庭医生服务：由事件重新折叠的现状，用以核对 cases_doctor_visit / visit of the family doctor: folded again from the events, to be held against cases_doctor_visit';

-- 提醒：由事件重新折叠的现状，用以核对 cases_care_reminder
-- reminder: folded again from the events, to be held against cases_care_reminder
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_care_reminder`
(
    `case_id` String COMMENT '提醒编号 / reminder id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `sent_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '提醒时间 / sent at',
    `about` Nullable(String) COMMENT '提醒事由 / about',
    `delivered` Nullable(Bool) COMMENT '是否送达 / delivered',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。提醒没有 ReminderSent 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without ReminderSent it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS sent_at,
            argMin(event.about, event.place) AS about,
            argMin(event.delivered, event.place) AS delivered,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'ReminderSent') AS opening_events
        FROM `xiangmai`.`proof_events_care_reminder` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.sent_at AS sent_at,
    cases.about AS about,
    cases.delivered AS delivered,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '提醒：由事件重新折叠的现状，用以核对 cases_care_reminder / reminder: folded again from the events, to be held against cases_care_reminder';

-- 入户走访：由事件重新折叠的现状，用以核对 cases_household_visit
-- visit to a household: folded again from the events, to be held against cases_household_visit
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_household_visit`
(
    `case_id` String COMMENT '入户走访编号 / visit to a household id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `visited_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '走访时间 / visited at',
    `household_id` Nullable(String) COMMENT '户编号 / household 〔间接标识 quasi-identifier〕',
    `visitor_kind` Nullable(String) COMMENT '走访人类型 / kind of visitor',
    `issues_found` Nullable(Int64) COMMENT '收集问题数 / issues found',
    `issues_solved` Nullable(Int64) COMMENT '当场解决数 / issues solved at once',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。入户走访没有 HouseholdVisited 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without HouseholdVisited it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS visited_at,
            argMin(event.household_id, event.place) AS household_id,
            argMin(event.visitor_kind, event.place) AS visitor_kind,
            argMin(event.issues_found, event.place) AS issues_found,
            argMin(event.issues_solved, event.place) AS issues_solved,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'HouseholdVisited') AS opening_events
        FROM `xiangmai`.`proof_events_household_visit` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.visited_at AS visited_at,
    cases.household_id AS household_id,
    cases.visitor_kind AS visitor_kind,
    cases.issues_found AS issues_found,
    cases.issues_solved AS issues_solved,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '入户走访：由事件重新折叠的现状，用以核对 cases_household_visit / visit to a household: folded again from the events, to be held against cases_household_visit';

-- 一线工作日志：由事件重新折叠的现状，用以核对 cases_field_day
-- day in the field: folded again from the events, to be held against cases_field_day
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_field_day`
(
    `case_id` String COMMENT '一线工作日志编号 / day in the field id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `logged_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '日志时间 / logged at',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre 〔间接标识 quasi-identifier〕',
    `hours` Nullable(Decimal(18, 2)) COMMENT '一线工作时长 / hours in the field',
    `hours_worked` Nullable(Decimal(18, 2)) COMMENT '当天工作时长 / hours worked',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。一线工作日志没有 FieldDayLogged 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without FieldDayLogged it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS logged_at,
            argMin(event.cadre_id, event.place) AS cadre_id,
            argMin(CAST(event.hours, 'Nullable(Decimal(18, 2))'), event.place) AS hours,
            argMin(CAST(event.hours_worked, 'Nullable(Decimal(18, 2))'), event.place) AS hours_worked,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'FieldDayLogged') AS opening_events
        FROM `xiangmai`.`proof_events_field_day` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.logged_at AS logged_at,
    cases.cadre_id AS cadre_id,
    cases.hours AS hours,
    cases.hours_worked AS hours_worked,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '一线工作日志：由事件重新折叠的现状，用以核对 cases_field_day / day in the field: folded again from the events, to be held against cases_field_day';

-- 公开：由事件重新折叠的现状，用以核对 cases_disclosure
-- disclosure: folded again from the events, to be held against cases_disclosure
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_disclosure`
(
    `case_id` String COMMENT '公开编号 / disclosure id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `posted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '公开时间 / posted at',
    `kind` Nullable(String) COMMENT '公开类别 / kind of disclosure',
    `period` Nullable(String) COMMENT '公开期次 / period',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应公开时限 / due at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。公开没有 DisclosurePosted 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without DisclosurePosted it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS posted_at,
            argMin(event.kind, event.place) AS kind,
            argMin(event.period, event.place) AS period,
            argMin(event.due_at, event.place) AS due_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'DisclosurePosted') AS opening_events
        FROM `xiangmai`.`proof_events_disclosure` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.posted_at AS posted_at,
    cases.kind AS kind,
    cases.period AS period,
    cases.due_at AS due_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '公开：由事件重新折叠的现状，用以核对 cases_disclosure / disclosure: folded again from the events, to be held against cases_disclosure';

-- 质询：由事件重新折叠的现状，用以核对 cases_question
-- question: folded again from the events, to be held against cases_question
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_question`
(
    `case_id` String COMMENT '质询编号 / question id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `raised_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '提出时间 / raised at',
    `disclosure_id` Nullable(String) COMMENT '质询的公开 / disclosure in question 〔间接标识 quasi-identifier〕',
    `answered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次答复时间 / first answered at',
    `accepted` Nullable(Bool) COMMENT '是否认可 / accepted',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。质询没有 QuestionRaised 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without QuestionRaised it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'QuestionRaised') AS raised_at,
            argMinIf(event.disclosure_id, event.place, event.event = 'QuestionRaised') AS disclosure_id,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'QuestionAnswered') AS answered_at,
            argMaxIf(event.accepted, event.place, event.event = 'QuestionAnswered') AS accepted,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'QuestionRaised') AS opening_events
        FROM `xiangmai`.`proof_events_question` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.raised_at AS raised_at,
    cases.disclosure_id AS disclosure_id,
    cases.answered_at AS answered_at,
    cases.accepted AS accepted,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '质询：由事件重新折叠的现状，用以核对 cases_question / question: folded again from the events, to be held against cases_question';

-- 矛盾纠纷：由事件重新折叠的现状，用以核对 cases_dispute
-- dispute: folded again from the events, to be held against cases_dispute
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_dispute`
(
    `case_id` String COMMENT '矛盾纠纷编号 / dispute id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `registered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '登记时间 / registered at',
    `kind` Nullable(String) COMMENT '纠纷类型 / kind of dispute',
    `origin` Nullable(String) COMMENT '纠纷来源 / origin',
    `parties_count` Nullable(Int64) COMMENT '当事人数 / number of parties',
    `amount_in_dispute` Nullable(Decimal(18, 2)) COMMENT '争议金额 / amount in dispute',
    `mediation_count` Nullable(Int64) COMMENT '调解次数 / number of mediations',
    `first_mediated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次调解时间 / first mediated at',
    `mediator_kind` Nullable(String) COMMENT '最近调解力量 / last kind of mediator',
    `court_mediated` Nullable(Bool) COMMENT '是否经法院调解 / mediated by a court',
    `first_settled_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次了结时间 / first settled at',
    `settled_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '了结时间 / settled at',
    `outcome` Nullable(String) COMMENT '了结方式 / outcome',
    `amount_agreed` Nullable(Decimal(18, 2)) COMMENT '协议金额 / amount agreed',
    `followed_up_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次回访时间 / first followed up at',
    `stable` Nullable(Bool) COMMENT '回访是否平稳 / stable when last followed up',
    `first_recurred_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次复发时间 / first recurred at',
    `last_recurred_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近复发时间 / last recurred at',
    `open_since` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '在办起算时间 / open since',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（DisputeRecurred）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (DisputeRecurred): what came before it counts
    -- no more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('DisputeRecurred')) OVER (PARTITION BY township, case_id) AS since_DisputeRecurred
        FROM `xiangmai`.`proof_events_dispute`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。矛盾纠纷没有 DisputeRegistered 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without DisputeRegistered it
    -- counts nowhere.
    folded_cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'DisputeRegistered') AS registered_at,
            argMinIf(event.kind, event.place, event.event = 'DisputeRegistered') AS kind,
            argMinIf(event.origin, event.place, event.event = 'DisputeRegistered') AS origin,
            argMinIf(event.parties_count, event.place, event.event = 'DisputeRegistered') AS parties_count,
            argMinIf(
                CAST(event.amount_in_dispute, 'Nullable(Decimal(18, 2))'),
                event.place,
                event.event = 'DisputeRegistered'
            ) AS amount_in_dispute,
            toInt64(countIf(event.event = 'MediationHeld')) AS mediation_count,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'MediationHeld') AS first_mediated_at,
            argMaxIf(event.mediator_kind, event.place, event.event = 'MediationHeld') AS mediator_kind,
            countIf(event.event = 'MediationHeld' AND (event.mediator_kind = 'court')) > 0 AS court_mediated,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'DisputeSettled') AS first_settled_at,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'DisputeSettled' AND event.place >= event.since_DisputeRecurred
            ) AS settled_at,
            argMaxIf(
                event.outcome,
                event.place,
                event.event = 'DisputeSettled' AND event.place >= event.since_DisputeRecurred
            ) AS outcome,
            argMaxIf(
                CAST(event.amount_agreed, 'Nullable(Decimal(18, 2))'),
                event.place,
                event.event = 'DisputeSettled' AND event.place >= event.since_DisputeRecurred
            ) AS amount_agreed,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'DisputeFollowedUp') AS followed_up_at,
            argMaxIf(event.stable, event.place, event.event = 'DisputeFollowedUp') AS stable,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'DisputeRecurred') AS first_recurred_at,
            argMaxIf(toNullable(event.occurred_at), event.place, event.event = 'DisputeRecurred') AS last_recurred_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'DisputeRegistered') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    ),
    -- 再算出由上面各字段推得的字段。
    -- And the fields that are computed from those.
    cases AS
    (
        SELECT
            folded_cases.*,
            coalesce(`last_recurred_at`, `registered_at`) AS open_since
        FROM folded_cases
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.registered_at AS registered_at,
    cases.kind AS kind,
    cases.origin AS origin,
    cases.parties_count AS parties_count,
    cases.amount_in_dispute AS amount_in_dispute,
    cases.mediation_count AS mediation_count,
    cases.first_mediated_at AS first_mediated_at,
    cases.mediator_kind AS mediator_kind,
    cases.court_mediated AS court_mediated,
    cases.first_settled_at AS first_settled_at,
    cases.settled_at AS settled_at,
    cases.outcome AS outcome,
    cases.amount_agreed AS amount_agreed,
    cases.followed_up_at AS followed_up_at,
    cases.stable AS stable,
    cases.first_recurred_at AS first_recurred_at,
    cases.last_recurred_at AS last_recurred_at,
    cases.open_since AS open_since,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '矛盾纠纷：由事件重新折叠的现状，用以核对 cases_dispute / dispute: folded again from the events, to be held against cases_dispute';

-- 权责事项：由事件重新折叠的现状，用以核对 cases_duty
-- duty: folded again from the events, to be held against cases_duty
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_duty`
(
    `case_id` String COMMENT '权责事项编号 / duty id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `assigned_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '列单时间 / assigned at',
    `subject_kind` Nullable(String) COMMENT '主体类别 / kind of subject',
    `subject` Nullable(String) COMMENT '承担主体 / subject',
    `withdrawn_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '撤单时间 / withdrawn at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（DutyAssigned）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (DutyAssigned): what came before it counts no
    -- more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('DutyAssigned')) OVER (PARTITION BY township, case_id) AS since_DutyAssigned
        FROM `xiangmai`.`proof_events_duty`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。权责事项没有 DutyAssigned 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without DutyAssigned it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMaxIf(toNullable(event.occurred_at), event.place, event.event = 'DutyAssigned') AS assigned_at,
            argMaxIf(event.subject_kind, event.place, event.event = 'DutyAssigned') AS subject_kind,
            argMaxIf(event.subject, event.place, event.event = 'DutyAssigned') AS subject,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'DutyWithdrawn' AND event.place >= event.since_DutyAssigned
            ) AS withdrawn_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'DutyAssigned') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.assigned_at AS assigned_at,
    cases.subject_kind AS subject_kind,
    cases.subject AS subject,
    cases.withdrawn_at AS withdrawn_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '权责事项：由事件重新折叠的现状，用以核对 cases_duty / duty: folded again from the events, to be held against cases_duty';

-- 移交事项：由事件重新折叠的现状，用以核对 cases_referral
-- referral: folded again from the events, to be held against cases_referral
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_referral`
(
    `case_id` String COMMENT '移交事项编号 / referral id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `referred_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '移交时间 / referred at',
    `from_unit` Nullable(String) COMMENT '移交单位 / referring unit',
    `department` Nullable(String) COMMENT '承接部门 / department referred to',
    `joint` Nullable(Bool) COMMENT '是否多部门联办 / joint',
    `matter_id` Nullable(String) COMMENT '事项编号 / matter id 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应受理时限 / accept by',
    `first_accepted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次受理时间 / first accepted at',
    `refused` Nullable(Bool) COMMENT '是否被退回过 / was refused',
    `refusal_reason` Nullable(String) COMMENT '最近退回理由 / last reason of refusal',
    `refused_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '退回时间 / refused at',
    `done_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办结时间 / done at',
    `ended_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '了结时间 / ended at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（MatterAccepted）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (MatterAccepted): what came before it counts
    -- no more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('MatterAccepted')) OVER (PARTITION BY township, case_id) AS since_MatterAccepted
        FROM `xiangmai`.`proof_events_referral`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。移交事项没有 MatterReferred 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without MatterReferred it counts
    -- nowhere.
    folded_cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'MatterReferred') AS referred_at,
            argMinIf(event.from_unit, event.place, event.event = 'MatterReferred') AS from_unit,
            argMinIf(event.to_department, event.place, event.event = 'MatterReferred') AS department,
            argMinIf(event.joint, event.place, event.event = 'MatterReferred') AS joint,
            argMinIf(event.matter_id, event.place, event.event = 'MatterReferred') AS matter_id,
            argMinIf(event.due_at, event.place, event.event = 'MatterReferred') AS due_at,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'MatterAccepted') AS first_accepted_at,
            countIf(event.event = 'MatterRefused') > 0 AS refused,
            argMaxIf(event.reason_kind, event.place, event.event = 'MatterRefused') AS refusal_reason,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'MatterRefused' AND event.place >= event.since_MatterAccepted
            ) AS refused_at,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'MatterDone') AS done_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'MatterReferred') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    ),
    -- 再算出由上面各字段推得的字段。
    -- And the fields that are computed from those.
    cases AS
    (
        SELECT
            folded_cases.*,
            coalesce(`done_at`, `refused_at`) AS ended_at
        FROM folded_cases
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.referred_at AS referred_at,
    cases.from_unit AS from_unit,
    cases.department AS department,
    cases.joint AS joint,
    cases.matter_id AS matter_id,
    cases.due_at AS due_at,
    cases.first_accepted_at AS first_accepted_at,
    cases.refused AS refused,
    cases.refusal_reason AS refusal_reason,
    cases.refused_at AS refused_at,
    cases.done_at AS done_at,
    cases.ended_at AS ended_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '移交事项：由事件重新折叠的现状，用以核对 cases_referral / referral: folded again from the events, to be held against cases_referral';

-- 准入事项：由事件重新折叠的现状，用以核对 cases_admitted_item
-- admitted item: folded again from the events, to be held against cases_admitted_item
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_admitted_item`
(
    `case_id` String COMMENT '准入事项编号 / admitted item id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `admitted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '准入时间 / admitted at',
    `requested_by` Nullable(String) COMMENT '申请部门 / requested by',
    `with_funds` Nullable(Bool) COMMENT '是否费随事转 / with funds',
    `removed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '退出时间 / removed at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（ItemAdmitted）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (ItemAdmitted): what came before it counts no
    -- more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('ItemAdmitted')) OVER (PARTITION BY township, case_id) AS since_ItemAdmitted
        FROM `xiangmai`.`proof_events_admitted_item`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。准入事项没有 ItemAdmitted 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without ItemAdmitted it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMaxIf(toNullable(event.occurred_at), event.place, event.event = 'ItemAdmitted') AS admitted_at,
            argMaxIf(event.requested_by, event.place, event.event = 'ItemAdmitted') AS requested_by,
            argMaxIf(event.with_funds, event.place, event.event = 'ItemAdmitted') AS with_funds,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'ItemRemoved' AND event.place >= event.since_ItemAdmitted
            ) AS removed_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'ItemAdmitted') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.admitted_at AS admitted_at,
    cases.requested_by AS requested_by,
    cases.with_funds AS with_funds,
    cases.removed_at AS removed_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '准入事项：由事件重新折叠的现状，用以核对 cases_admitted_item / admitted item: folded again from the events, to be held against cases_admitted_item';

-- 评价：由事件重新折叠的现状，用以核对 cases_evaluation
-- evaluation: folded again from the events, to be held against cases_evaluation
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_evaluation`
(
    `case_id` String COMMENT '评价编号 / evaluation id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `submitted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '评价时间 / submitted at',
    `subject_kind` Nullable(String) COMMENT '对象类型 / kind of subject',
    `subject_id` Nullable(String) COMMENT '对象编号 / subject 〔间接标识 quasi-identifier〕',
    `rater_kind` Nullable(String) COMMENT '评价主体 / kind of rater',
    `rater_id` Nullable(String) COMMENT '评价人编号 / rater 〔间接标识 quasi-identifier〕',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `aspect` Nullable(String) COMMENT '评价维度 / dimension',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。评价没有 EvaluationSubmitted 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without EvaluationSubmitted it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS submitted_at,
            argMin(event.subject_kind, event.place) AS subject_kind,
            argMin(event.subject_id, event.place) AS subject_id,
            argMin(event.rater_kind, event.place) AS rater_kind,
            argMin(event.rater_id, event.place) AS rater_id,
            argMin(CAST(event.score, 'Nullable(Decimal(18, 2))'), event.place) AS score,
            argMin(event.dimension, event.place) AS aspect,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'EvaluationSubmitted') AS opening_events
        FROM `xiangmai`.`proof_events_evaluation` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.submitted_at AS submitted_at,
    cases.subject_kind AS subject_kind,
    cases.subject_id AS subject_id,
    cases.rater_kind AS rater_kind,
    cases.rater_id AS rater_id,
    cases.score AS score,
    cases.aspect AS aspect,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '评价：由事件重新折叠的现状，用以核对 cases_evaluation / evaluation: folded again from the events, to be held against cases_evaluation';

-- 收支分录：由事件重新折叠的现状，用以核对 cases_ledger_entry
-- ledger entry: folded again from the events, to be held against cases_ledger_entry
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_ledger_entry`
(
    `case_id` String COMMENT '收支分录编号 / ledger entry id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `posted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '入账时间 / posted at',
    `account` Nullable(String) COMMENT '会计科目 / account',
    `direction` Nullable(String) COMMENT '收支方向 / direction',
    `category` Nullable(String) COMMENT '收支类别 / category',
    `amount` Nullable(Decimal(18, 2)) COMMENT '金额 / amount',
    `approved_by_count` Nullable(Int64) COMMENT '审批签字人数 / number of signatures',
    `reversed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '冲销时间 / reversed at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。收支分录没有 LedgerEntryPosted 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without LedgerEntryPosted it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'LedgerEntryPosted') AS posted_at,
            argMinIf(event.account, event.place, event.event = 'LedgerEntryPosted') AS account,
            argMinIf(event.direction, event.place, event.event = 'LedgerEntryPosted') AS direction,
            argMinIf(event.category, event.place, event.event = 'LedgerEntryPosted') AS category,
            argMinIf(
                CAST(event.amount, 'Nullable(Decimal(18, 2))'),
                event.place,
                event.event = 'LedgerEntryPosted'
            ) AS amount,
            argMinIf(event.approved_by_count, event.place, event.event = 'LedgerEntryPosted') AS approved_by_count,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'LedgerEntryReversed') AS reversed_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'LedgerEntryPosted') AS opening_events
        FROM `xiangmai`.`proof_events_ledger_entry` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.posted_at AS posted_at,
    cases.account AS account,
    cases.direction AS direction,
    cases.category AS category,
    cases.amount AS amount,
    cases.approved_by_count AS approved_by_count,
    cases.reversed_at AS reversed_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '收支分录：由事件重新折叠的现状，用以核对 cases_ledger_entry / ledger entry: folded again from the events, to be held against cases_ledger_entry';

-- 股份分红：由事件重新折叠的现状，用以核对 cases_dividend
-- dividend: folded again from the events, to be held against cases_dividend
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_dividend`
(
    `case_id` String COMMENT '股份分红编号 / dividend id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `paid_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '发放时间 / paid at',
    `for_year` Nullable(Int64) COMMENT '分红年度 / for the year',
    `shares` Nullable(Int64) COMMENT '分红股数 / shares',
    `amount_per_share` Nullable(Decimal(18, 2)) COMMENT '每股分红 / amount per share',
    `members` Nullable(Int64) COMMENT '分红人数 / members',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。股份分红没有 DividendPaid 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without DividendPaid it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS paid_at,
            argMin(event.for_year, event.place) AS for_year,
            argMin(event.shares, event.place) AS shares,
            argMin(CAST(event.amount_per_share, 'Nullable(Decimal(18, 2))'), event.place) AS amount_per_share,
            argMin(event.members, event.place) AS members,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'DividendPaid') AS opening_events
        FROM `xiangmai`.`proof_events_dividend` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.paid_at AS paid_at,
    cases.for_year AS for_year,
    cases.shares AS shares,
    cases.amount_per_share AS amount_per_share,
    cases.members AS members,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '股份分红：由事件重新折叠的现状，用以核对 cases_dividend / dividend: folded again from the events, to be held against cases_dividend';

-- 集体资产：由事件重新折叠的现状，用以核对 cases_asset
-- asset: folded again from the events, to be held against cases_asset
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_asset`
(
    `case_id` String COMMENT '集体资产编号 / asset id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `registered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '登记时间 / registered at',
    `kind` Nullable(String) COMMENT '资产类型 / kind of asset',
    `book_value` Nullable(Decimal(18, 2)) COMMENT '资产原值 / book value',
    `leased_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近出租时间 / last leased at',
    `yearly_rent` Nullable(Decimal(18, 2)) COMMENT '最近年租金 / last yearly rent',
    `leased_until` Nullable(Date32) COMMENT '租期最后一天 / last day of the lease',
    `open_bidding` Nullable(Bool) COMMENT '最近出租是否公开交易 / last leased by open bidding',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。集体资产没有 AssetRegistered 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without AssetRegistered it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'AssetRegistered') AS registered_at,
            argMinIf(event.kind, event.place, event.event = 'AssetRegistered') AS kind,
            argMinIf(
                CAST(event.amount, 'Nullable(Decimal(18, 2))'),
                event.place,
                event.event = 'AssetRegistered'
            ) AS book_value,
            argMaxIf(toNullable(event.occurred_at), event.place, event.event = 'AssetLeased') AS leased_at,
            argMaxIf(CAST(event.amount, 'Nullable(Decimal(18, 2))'), event.place, event.event = 'AssetLeased') AS yearly_rent,
            argMaxIf(event.ends_on, event.place, event.event = 'AssetLeased') AS leased_until,
            argMaxIf(event.open_bidding, event.place, event.event = 'AssetLeased') AS open_bidding,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'AssetRegistered') AS opening_events
        FROM `xiangmai`.`proof_events_asset` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.registered_at AS registered_at,
    cases.kind AS kind,
    cases.book_value AS book_value,
    cases.leased_at AS leased_at,
    cases.yearly_rent AS yearly_rent,
    cases.leased_until AS leased_until,
    cases.open_bidding AS open_bidding,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '集体资产：由事件重新折叠的现状，用以核对 cases_asset / asset: folded again from the events, to be held against cases_asset';

-- 小微权力运行：由事件重新折叠的现状，用以核对 cases_power_use
-- use of a small power: folded again from the events, to be held against cases_power_use
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_power_use`
(
    `case_id` String COMMENT '小微权力运行编号 / use of a small power id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `used_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '用权时间 / used at',
    `item` Nullable(String) COMMENT '权力事项 / item',
    `procedure_followed` Nullable(Bool) COMMENT '是否按流程 / procedure followed',
    `amount` Nullable(Decimal(18, 2)) COMMENT '涉及金额 / amount',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。小微权力运行没有 SmallPowerUsed 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without SmallPowerUsed it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS used_at,
            argMin(event.item, event.place) AS item,
            argMin(event.procedure_followed, event.place) AS procedure_followed,
            argMin(CAST(event.amount, 'Nullable(Decimal(18, 2))'), event.place) AS amount,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'SmallPowerUsed') AS opening_events
        FROM `xiangmai`.`proof_events_power_use` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.used_at AS used_at,
    cases.item AS item,
    cases.procedure_followed AS procedure_followed,
    cases.amount AS amount,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '小微权力运行：由事件重新折叠的现状，用以核对 cases_power_use / use of a small power: folded again from the events, to be held against cases_power_use';

-- 网格巡查：由事件重新折叠的现状，用以核对 cases_patrol
-- patrol: folded again from the events, to be held against cases_patrol
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_patrol`
(
    `case_id` String COMMENT '网格巡查编号 / patrol id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `patrolled_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '巡查时间 / patrolled at',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid 〔间接标识 quasi-identifier〕',
    `minutes` Nullable(Int64) COMMENT '巡查时长（分钟） / minutes',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。网格巡查没有 PatrolCheckedIn 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without PatrolCheckedIn it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS patrolled_at,
            argMin(event.grid_id, event.place) AS grid_id,
            argMin(event.minutes, event.place) AS minutes,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'PatrolCheckedIn') AS opening_events
        FROM `xiangmai`.`proof_events_patrol` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.patrolled_at AS patrolled_at,
    cases.grid_id AS grid_id,
    cases.minutes AS minutes,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '网格巡查：由事件重新折叠的现状，用以核对 cases_patrol / patrol: folded again from the events, to be held against cases_patrol';

-- 隐患：由事件重新折叠的现状，用以核对 cases_hazard
-- hazard: folded again from the events, to be held against cases_hazard
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_hazard`
(
    `case_id` String COMMENT '隐患编号 / hazard id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `found_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '发现时间 / found at',
    `level` Nullable(String) COMMENT '隐患等级 / level',
    `kind` Nullable(String) COMMENT '隐患类型 / kind',
    `grid_id` Nullable(String) COMMENT '网格编号 / grid 〔间接标识 quasi-identifier〕',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `longitude` Nullable(Float64) COMMENT '经度 / longitude 〔间接标识 quasi-identifier〕',
    `latitude` Nullable(Float64) COMMENT '纬度 / latitude 〔间接标识 quasi-identifier〕',
    `first_rectified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次整改时间 / first rectified at',
    `last_rectified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近整改时间 / last rectified at',
    `verified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近复查时间 / last verified at',
    `passed` Nullable(Bool) COMMENT '最近复查是否通过 / passed when last verified',
    `failed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近复查不通过时间 / last failed at',
    `rectified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改完毕时间 / rectified at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。隐患没有 HazardFound 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without HazardFound it counts
    -- nowhere.
    folded_cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'HazardFound') AS found_at,
            argMinIf(event.level, event.place, event.event = 'HazardFound') AS level,
            argMinIf(event.kind, event.place, event.event = 'HazardFound') AS kind,
            argMinIf(event.grid_id, event.place, event.event = 'HazardFound') AS grid_id,
            argMinIf(event.due_at, event.place, event.event = 'HazardFound') AS due_at,
            argMinIf(event.longitude, event.place, event.event = 'HazardFound') AS longitude,
            argMinIf(event.latitude, event.place, event.event = 'HazardFound') AS latitude,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'HazardRectified') AS first_rectified_at,
            argMaxIf(toNullable(event.occurred_at), event.place, event.event = 'HazardRectified') AS last_rectified_at,
            argMaxIf(toNullable(event.occurred_at), event.place, event.event = 'HazardVerified') AS verified_at,
            argMaxIf(event.passed, event.place, event.event = 'HazardVerified') AS passed,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'HazardVerified' AND (NOT event.passed)
            ) AS failed_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'HazardFound') AS opening_events
        FROM `xiangmai`.`proof_events_hazard` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    ),
    -- 再算出由上面各字段推得的字段。
    -- And the fields that are computed from those.
    cases AS
    (
        SELECT
            folded_cases.*,
            (CASE WHEN ((`failed_at` IS NULL) OR (`failed_at` < `last_rectified_at`)) THEN `last_rectified_at` ELSE NULL END) AS rectified_at
        FROM folded_cases
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.found_at AS found_at,
    cases.level AS level,
    cases.kind AS kind,
    cases.grid_id AS grid_id,
    cases.due_at AS due_at,
    cases.longitude AS longitude,
    cases.latitude AS latitude,
    cases.first_rectified_at AS first_rectified_at,
    cases.last_rectified_at AS last_rectified_at,
    cases.verified_at AS verified_at,
    cases.passed AS passed,
    cases.failed_at AS failed_at,
    cases.rectified_at AS rectified_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '隐患：由事件重新折叠的现状，用以核对 cases_hazard / hazard: folded again from the events, to be held against cases_hazard';

-- 突发事件：由事件重新折叠的现状，用以核对 cases_incident
-- incident: folded again from the events, to be held against cases_incident
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_incident`
(
    `case_id` String COMMENT '突发事件编号 / incident id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `reported_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '上报时间 / reported at',
    `kind` Nullable(String) COMMENT '事件类型 / kind of incident',
    `severity` Nullable(String) COMMENT '事件级别 / severity',
    `partner_townships` Nullable(String) COMMENT '跨界涉及乡镇 / townships across the boundary',
    `responded_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次响应时间 / first responded at',
    `joint_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次联处时间 / joint handling first started at',
    `closed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '办结时间 / closed at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。突发事件没有 IncidentReported 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without IncidentReported it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'IncidentReported') AS reported_at,
            argMinIf(event.kind, event.place, event.event = 'IncidentReported') AS kind,
            argMinIf(event.severity, event.place, event.event = 'IncidentReported') AS severity,
            argMinIf(event.partner_townships, event.place, event.event = 'IncidentReported') AS partner_townships,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'IncidentResponded') AS responded_at,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'JointHandlingStarted') AS joint_at,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'IncidentClosed') AS closed_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'IncidentReported') AS opening_events
        FROM `xiangmai`.`proof_events_incident` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.reported_at AS reported_at,
    cases.kind AS kind,
    cases.severity AS severity,
    cases.partner_townships AS partner_townships,
    cases.responded_at AS responded_at,
    cases.joint_at AS joint_at,
    cases.closed_at AS closed_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '突发事件：由事件重新折叠的现状，用以核对 cases_incident / incident: folded again from the events, to be held against cases_incident';

-- 重大决策风险评估：由事件重新折叠的现状，用以核对 cases_risk_assessment
-- risk assessment: folded again from the events, to be held against cases_risk_assessment
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_risk_assessment`
(
    `case_id` String COMMENT '重大决策风险评估编号 / risk assessment id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `assessed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '评估时间 / assessed at',
    `level` Nullable(String) COMMENT '风险等级 / level of risk',
    `advice` Nullable(String) COMMENT '评估意见 / advice',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。重大决策风险评估没有 RiskAssessed 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without RiskAssessed it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS assessed_at,
            argMin(event.level, event.place) AS level,
            argMin(event.advice, event.place) AS advice,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'RiskAssessed') AS opening_events
        FROM `xiangmai`.`proof_events_risk_assessment` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.assessed_at AS assessed_at,
    cases.level AS level,
    cases.advice AS advice,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '重大决策风险评估：由事件重新折叠的现状，用以核对 cases_risk_assessment / risk assessment: folded again from the events, to be held against cases_risk_assessment';

-- 人居环境检查：由事件重新折叠的现状，用以核对 cases_inspection
-- inspection: folded again from the events, to be held against cases_inspection
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_inspection`
(
    `case_id` String COMMENT '人居环境检查编号 / inspection id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `inspected_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '检查时间 / inspected at',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `inspector` Nullable(String) COMMENT '检查方 / inspector',
    `items` Nullable(Int64) COMMENT '检查项数 / items',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。人居环境检查没有 InspectionScored 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without InspectionScored it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS inspected_at,
            argMin(CAST(event.score, 'Nullable(Decimal(18, 2))'), event.place) AS score,
            argMin(event.inspector, event.place) AS inspector,
            argMin(event.items, event.place) AS items,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'InspectionScored') AS opening_events
        FROM `xiangmai`.`proof_events_inspection` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.inspected_at AS inspected_at,
    cases.score AS score,
    cases.inspector AS inspector,
    cases.items AS items,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '人居环境检查：由事件重新折叠的现状，用以核对 cases_inspection / inspection: folded again from the events, to be held against cases_inspection';

-- 垃圾分类抽查：由事件重新折叠的现状，用以核对 cases_sorting_check
-- check of garbage sorting: folded again from the events, to be held against cases_sorting_check
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_sorting_check`
(
    `case_id` String COMMENT '垃圾分类抽查编号 / check of garbage sorting id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `checked_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '抽查时间 / checked at',
    `households` Nullable(Int64) COMMENT '抽查户数 / households',
    `households_sorting` Nullable(Int64) COMMENT '分类正确户数 / households sorting',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。垃圾分类抽查没有 GarbageSortingChecked 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without GarbageSortingChecked it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS checked_at,
            argMin(event.households, event.place) AS households,
            argMin(event.households_sorting, event.place) AS households_sorting,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'GarbageSortingChecked') AS opening_events
        FROM `xiangmai`.`proof_events_sorting_check` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.checked_at AS checked_at,
    cases.households AS households,
    cases.households_sorting AS households_sorting,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '垃圾分类抽查：由事件重新折叠的现状，用以核对 cases_sorting_check / check of garbage sorting: folded again from the events, to be held against cases_sorting_check';

-- 改厕：由事件重新折叠的现状，用以核对 cases_toilet_renovation
-- renovation of a toilet: folded again from the events, to be held against cases_toilet_renovation
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_toilet_renovation`
(
    `case_id` String COMMENT '改厕编号 / renovation of a toilet id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `renovated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '改厕完成时间 / renovated at',
    `household_id` Nullable(String) COMMENT '户编号 / household 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '厕所类型 / kind of toilet',
    `accepted` Nullable(Bool) COMMENT '是否验收合格 / accepted',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。改厕没有 ToiletRenovated 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without ToiletRenovated it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS renovated_at,
            argMin(event.household_id, event.place) AS household_id,
            argMin(event.kind, event.place) AS kind,
            argMin(event.accepted, event.place) AS accepted,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'ToiletRenovated') AS opening_events
        FROM `xiangmai`.`proof_events_toilet_renovation` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.renovated_at AS renovated_at,
    cases.household_id AS household_id,
    cases.kind AS kind,
    cases.accepted AS accepted,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '改厕：由事件重新折叠的现状，用以核对 cases_toilet_renovation / renovation of a toilet: folded again from the events, to be held against cases_toilet_renovation';

-- 环境问题：由事件重新折叠的现状，用以核对 cases_habitat_issue
-- habitat issue: folded again from the events, to be held against cases_habitat_issue
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_habitat_issue`
(
    `case_id` String COMMENT '环境问题编号 / habitat issue id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `found_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '发现时间 / found at',
    `kind` Nullable(String) COMMENT '问题类型 / kind of issue',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / due at',
    `fixed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次整改时间 / first fixed at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。环境问题没有 HabitatIssueFound 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without HabitatIssueFound it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'HabitatIssueFound') AS found_at,
            argMinIf(event.kind, event.place, event.event = 'HabitatIssueFound') AS kind,
            argMinIf(event.due_at, event.place, event.event = 'HabitatIssueFound') AS due_at,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'HabitatIssueFixed') AS fixed_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'HabitatIssueFound') AS opening_events
        FROM `xiangmai`.`proof_events_habitat_issue` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.found_at AS found_at,
    cases.kind AS kind,
    cases.due_at AS due_at,
    cases.fixed_at AS fixed_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '环境问题：由事件重新折叠的现状，用以核对 cases_habitat_issue / habitat issue: folded again from the events, to be held against cases_habitat_issue';

-- 创新提案：由事件重新折叠的现状，用以核对 cases_proposal
-- proposal: folded again from the events, to be held against cases_proposal
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_proposal`
(
    `case_id` String COMMENT '创新提案编号 / proposal id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `submitted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '提交时间 / submitted at',
    `area` Nullable(String) COMMENT '领域 / area',
    `proposer_kind` Nullable(String) COMMENT '提案人类别 / kind of proposer',
    `adopted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '采纳时间 / adopted at',
    `declined_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '不予采纳时间 / declined at',
    `first_decided_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次答复时间 / first decided at',
    `evaluated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近评估时间 / last evaluated at',
    `score` Nullable(Int64) COMMENT '最近评估得分 / last score',
    `exempted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次容错认定时间 / first exempted at',
    `exemption_kind` Nullable(String) COMMENT '容错情形 / kind of exemption',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（ProposalDeclined、ProposalAdopted）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (ProposalDeclined、ProposalAdopted): what
    -- came before it counts no more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('ProposalDeclined')) OVER (PARTITION BY township, case_id) AS since_ProposalDeclined,
            maxIf(place, event IN ('ProposalAdopted')) OVER (PARTITION BY township, case_id) AS since_ProposalAdopted
        FROM `xiangmai`.`proof_events_proposal`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。创新提案没有 ProposalSubmitted 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without ProposalSubmitted it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'ProposalSubmitted') AS submitted_at,
            argMinIf(event.area, event.place, event.event = 'ProposalSubmitted') AS area,
            argMinIf(event.proposer_kind, event.place, event.event = 'ProposalSubmitted') AS proposer_kind,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'ProposalAdopted' AND event.place >= event.since_ProposalDeclined
            ) AS adopted_at,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'ProposalDeclined' AND event.place >= event.since_ProposalAdopted
            ) AS declined_at,
            argMinIf(
                toNullable(event.occurred_at),
                event.place,
                event.event IN ('ProposalAdopted', 'ProposalDeclined')
            ) AS first_decided_at,
            argMaxIf(toNullable(event.occurred_at), event.place, event.event = 'ProposalEvaluated') AS evaluated_at,
            argMaxIf(event.score, event.place, event.event = 'ProposalEvaluated') AS score,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'ExemptionGranted') AS exempted_at,
            argMinIf(event.kind, event.place, event.event = 'ExemptionGranted') AS exemption_kind,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'ProposalSubmitted') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.submitted_at AS submitted_at,
    cases.area AS area,
    cases.proposer_kind AS proposer_kind,
    cases.adopted_at AS adopted_at,
    cases.declined_at AS declined_at,
    cases.first_decided_at AS first_decided_at,
    cases.evaluated_at AS evaluated_at,
    cases.score AS score,
    cases.exempted_at AS exempted_at,
    cases.exemption_kind AS exemption_kind,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '创新提案：由事件重新折叠的现状，用以核对 cases_proposal / proposal: folded again from the events, to be held against cases_proposal';

-- 最佳实践：由事件重新折叠的现状，用以核对 cases_practice
-- practice: folded again from the events, to be held against cases_practice
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_practice`
(
    `case_id` String COMMENT '最佳实践编号 / practice id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `practised_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '入库时间 / recorded at',
    `area` Nullable(String) COMMENT '领域 / area',
    `from_proposal` Nullable(String) COMMENT '来源提案编号 / proposal it came from 〔间接标识 quasi-identifier〕',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。最佳实践没有 PracticeRecorded 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without PracticeRecorded it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS practised_at,
            argMin(event.area, event.place) AS area,
            argMin(event.from_proposal, event.place) AS from_proposal,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'PracticeRecorded') AS opening_events
        FROM `xiangmai`.`proof_events_practice` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.practised_at AS practised_at,
    cases.area AS area,
    cases.from_proposal AS from_proposal,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '最佳实践：由事件重新折叠的现状，用以核对 cases_practice / practice: folded again from the events, to be held against cases_practice';

-- 组织生活：由事件重新折叠的现状，用以核对 cases_organisation_meeting
-- organisation meeting: folded again from the events, to be held against cases_organisation_meeting
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_organisation_meeting`
(
    `case_id` String COMMENT '组织生活编号 / organisation meeting id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `held_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '召开时间 / held at',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '组织生活类型 / kind of meeting',
    `expected` Nullable(Int64) COMMENT '应到人数 / expected',
    `present` Nullable(Int64) COMMENT '实到人数 / present',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '应召开时限 / due at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。组织生活没有 OrganisationMeetingHeld 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without OrganisationMeetingHeld
    -- it counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS held_at,
            argMin(event.organisation_id, event.place) AS organisation_id,
            argMin(event.kind, event.place) AS kind,
            argMin(event.expected, event.place) AS expected,
            argMin(event.present, event.place) AS present,
            argMin(event.due_at, event.place) AS due_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'OrganisationMeetingHeld') AS opening_events
        FROM `xiangmai`.`proof_events_organisation_meeting` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.held_at AS held_at,
    cases.organisation_id AS organisation_id,
    cases.kind AS kind,
    cases.expected AS expected,
    cases.present AS present,
    cases.due_at AS due_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '组织生活：由事件重新折叠的现状，用以核对 cases_organisation_meeting / organisation meeting: folded again from the events, to be held against cases_organisation_meeting';

-- 软弱涣散整顿：由事件重新折叠的现状，用以核对 cases_organisation_rectification
-- rectification of an organisation: folded again from the events, to be held against
-- cases_organisation_rectification
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_organisation_rectification`
(
    `case_id` String COMMENT '软弱涣散整顿编号 / rectification of an organisation id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `started_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '启动时间 / started at',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation 〔间接标识 quasi-identifier〕',
    `reason` Nullable(String) COMMENT '软弱涣散情形 / reason',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整顿期限 / due at',
    `verified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近验收时间 / last verified at',
    `passed` Nullable(Bool) COMMENT '最近验收是否通过 / passed when last verified',
    `passed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次通过时间 / first passed at',
    `ended_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '转化时间 / put right at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。软弱涣散整顿没有 RectificationStarted 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without RectificationStarted it
    -- counts nowhere.
    folded_cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'RectificationStarted') AS started_at,
            argMinIf(event.organisation_id, event.place, event.event = 'RectificationStarted') AS organisation_id,
            argMinIf(event.reason, event.place, event.event = 'RectificationStarted') AS reason,
            argMinIf(event.due_at, event.place, event.event = 'RectificationStarted') AS due_at,
            argMaxIf(toNullable(event.occurred_at), event.place, event.event = 'RectificationVerified') AS verified_at,
            argMaxIf(event.passed, event.place, event.event = 'RectificationVerified') AS passed,
            argMinIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'RectificationVerified' AND event.passed
            ) AS passed_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'RectificationStarted') AS opening_events
        FROM `xiangmai`.`proof_events_organisation_rectification` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    ),
    -- 再算出由上面各字段推得的字段。
    -- And the fields that are computed from those.
    cases AS
    (
        SELECT
            folded_cases.*,
            (CASE WHEN `passed` THEN `passed_at` ELSE NULL END) AS ended_at
        FROM folded_cases
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.started_at AS started_at,
    cases.organisation_id AS organisation_id,
    cases.reason AS reason,
    cases.due_at AS due_at,
    cases.verified_at AS verified_at,
    cases.passed AS passed,
    cases.passed_at AS passed_at,
    cases.ended_at AS ended_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '软弱涣散整顿：由事件重新折叠的现状，用以核对 cases_organisation_rectification / rectification of an organisation: folded again from the events, to be held against cases_organisation_rectification';

-- 党组织评星：由事件重新折叠的现状，用以核对 cases_star_rating
-- stars of an organisation: folded again from the events, to be held against cases_star_rating
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_star_rating`
(
    `case_id` String COMMENT '党组织评星编号 / stars of an organisation id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `rated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '评星时间 / rated at',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation 〔间接标识 quasi-identifier〕',
    `stars` Nullable(Int64) COMMENT '星级 / stars',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。党组织评星没有 StarsAwarded 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without StarsAwarded it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS rated_at,
            argMin(event.organisation_id, event.place) AS organisation_id,
            argMin(event.stars, event.place) AS stars,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'StarsAwarded') AS opening_events
        FROM `xiangmai`.`proof_events_star_rating` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.rated_at AS rated_at,
    cases.organisation_id AS organisation_id,
    cases.stars AS stars,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '党组织评星：由事件重新折叠的现状，用以核对 cases_star_rating / stars of an organisation: folded again from the events, to be held against cases_star_rating';

-- 党员评星：由事件重新折叠的现状，用以核对 cases_member_rating
-- stars of a member: folded again from the events, to be held against cases_member_rating
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_member_rating`
(
    `case_id` String COMMENT '党员评星编号 / stars of a member id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `rated_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '评星时间 / rated at',
    `organisation_id` Nullable(String) COMMENT '党组织编号 / organisation 〔间接标识 quasi-identifier〕',
    `stars` Nullable(Int64) COMMENT '星级 / stars',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。党员评星没有 MemberStarsAwarded 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without MemberStarsAwarded it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS rated_at,
            argMin(event.organisation_id, event.place) AS organisation_id,
            argMin(event.stars, event.place) AS stars,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'MemberStarsAwarded') AS opening_events
        FROM `xiangmai`.`proof_events_member_rating` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.rated_at AS rated_at,
    cases.organisation_id AS organisation_id,
    cases.stars AS stars,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '党员评星：由事件重新折叠的现状，用以核对 cases_member_rating / stars of a member: folded again from the events, to be held against cases_member_rating';

-- 户：由事件重新折叠的现状，用以核对 cases_household
-- household: folded again from the events, to be held against cases_household
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_household`
(
    `case_id` String COMMENT '户编号 / household id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `registered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次登记时间 / first registered at',
    `removed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '注销时间 / removed at',
    `residents` Nullable(Int64) COMMENT '常住人口 / residents',
    `low_income` Nullable(Bool) COMMENT '是否低收入 / low income 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '户的类别 / kind of household',
    `removal_reason` Nullable(String) COMMENT '注销原因 / reason of removal 〔间接标识 quasi-identifier〕',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（HouseholdRegistered）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (HouseholdRegistered): what came before it
    -- counts no more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('HouseholdRegistered')) OVER (PARTITION BY township, case_id) AS since_HouseholdRegistered
        FROM `xiangmai`.`proof_events_household`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。户没有 HouseholdRegistered 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without HouseholdRegistered it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'HouseholdRegistered') AS registered_at,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'HouseholdRemoved' AND event.place >= event.since_HouseholdRegistered
            ) AS removed_at,
            argMaxIf(event.residents, event.place, event.event = 'HouseholdRegistered') AS residents,
            argMaxIf(event.low_income, event.place, event.event = 'HouseholdRegistered') AS low_income,
            argMaxIf(event.kind, event.place, event.event = 'HouseholdRegistered') AS kind,
            argMaxIf(event.reason, event.place, event.event = 'HouseholdRemoved') AS removal_reason,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'HouseholdRegistered') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.registered_at AS registered_at,
    cases.removed_at AS removed_at,
    cases.residents AS residents,
    cases.low_income AS low_income,
    cases.kind AS kind,
    cases.removal_reason AS removal_reason,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '户：由事件重新折叠的现状，用以核对 cases_household / household: folded again from the events, to be held against cases_household';

-- 网格：由事件重新折叠的现状，用以核对 cases_grid
-- grid: folded again from the events, to be held against cases_grid
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_grid`
(
    `case_id` String COMMENT '网格编号 / grid id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `set_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '设立时间 / set up at',
    `closed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '撤销时间 / closed at',
    `name` Nullable(String) COMMENT '网格名称 / name of the grid',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（GridSet）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (GridSet): what came before it counts no
    -- more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('GridSet')) OVER (PARTITION BY township, case_id) AS since_GridSet
        FROM `xiangmai`.`proof_events_grid`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。网格没有 GridSet 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without GridSet it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'GridSet') AS set_at,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'GridClosed' AND event.place >= event.since_GridSet
            ) AS closed_at,
            argMaxIf(event.name, event.place, event.event = 'GridSet') AS name,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'GridSet') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.set_at AS set_at,
    cases.closed_at AS closed_at,
    cases.name AS name,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '网格：由事件重新折叠的现状，用以核对 cases_grid / grid: folded again from the events, to be held against cases_grid';

-- 干部：由事件重新折叠的现状，用以核对 cases_cadre
-- cadre: folded again from the events, to be held against cases_cadre
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_cadre`
(
    `case_id` String COMMENT '干部编号 / cadre id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `appointed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次任职时间 / first appointed at',
    `left_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '离任时间 / left at',
    `post` Nullable(String) COMMENT '职务 / post',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（CadreAppointed）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (CadreAppointed): what came before it counts
    -- no more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('CadreAppointed')) OVER (PARTITION BY township, case_id) AS since_CadreAppointed
        FROM `xiangmai`.`proof_events_cadre`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。干部没有 CadreAppointed 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without CadreAppointed it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'CadreAppointed') AS appointed_at,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'CadreLeft' AND event.place >= event.since_CadreAppointed
            ) AS left_at,
            argMaxIf(event.post, event.place, event.event = 'CadreAppointed') AS post,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'CadreAppointed') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.appointed_at AS appointed_at,
    cases.left_at AS left_at,
    cases.post AS post,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '干部：由事件重新折叠的现状，用以核对 cases_cadre / cadre: folded again from the events, to be held against cases_cadre';

-- 老人：由事件重新折叠的现状，用以核对 cases_elder
-- elder: folded again from the events, to be held against cases_elder
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_elder`
(
    `case_id` String COMMENT '老人编号 / elder id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `listed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次列册时间 / first listed at',
    `delisted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '出册时间 / delisted at',
    `living_alone` Nullable(Bool) COMMENT '是否独居 / living alone 〔间接标识 quasi-identifier〕',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（ElderListed）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (ElderListed): what came before it counts no
    -- more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('ElderListed')) OVER (PARTITION BY township, case_id) AS since_ElderListed
        FROM `xiangmai`.`proof_events_elder`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。老人没有 ElderListed 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without ElderListed it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'ElderListed') AS listed_at,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'ElderDelisted' AND event.place >= event.since_ElderListed
            ) AS delisted_at,
            argMaxIf(event.living_alone, event.place, event.event = 'ElderListed') AS living_alone,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'ElderListed') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.listed_at AS listed_at,
    cases.delisted_at AS delisted_at,
    cases.living_alone AS living_alone,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '老人：由事件重新折叠的现状，用以核对 cases_elder / elder: folded again from the events, to be held against cases_elder';

-- 家庭医生签约：由事件重新折叠的现状，用以核对 cases_doctor_contract
-- family doctor's contract: folded again from the events, to be held against cases_doctor_contract
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_doctor_contract`
(
    `case_id` String COMMENT '家庭医生签约编号 / family doctor\'s contract id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `signed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次签约时间 / first signed at',
    `ended_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '解约时间 / ended at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（DoctorContractSigned）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (DoctorContractSigned): what came before it
    -- counts no more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('DoctorContractSigned')) OVER (PARTITION BY township, case_id) AS since_DoctorContractSigned
        FROM `xiangmai`.`proof_events_doctor_contract`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。家庭医生签约没有 DoctorContractSigned 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without DoctorContractSigned it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'DoctorContractSigned') AS signed_at,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'DoctorContractEnded' AND event.place >= event.since_DoctorContractSigned
            ) AS ended_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'DoctorContractSigned') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.signed_at AS signed_at,
    cases.ended_at AS ended_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '家庭医生签约：由事件重新折叠的现状，用以核对 cases_doctor_contract / family doctor\'s contract: folded again from the events, to be held against cases_doctor_contract';

-- 服务事项：由事件重新折叠的现状，用以核对 cases_service_item
-- service item: folded again from the events, to be held against cases_service_item
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_service_item`
(
    `case_id` String COMMENT '服务事项编号 / service item id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `listed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次列入时间 / first listed at',
    `delisted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '移出时间 / delisted at',
    `name` Nullable(String) COMMENT '事项名称 / name of the item',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（ServiceItemListed）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (ServiceItemListed): what came before it
    -- counts no more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('ServiceItemListed')) OVER (PARTITION BY township, case_id) AS since_ServiceItemListed
        FROM `xiangmai`.`proof_events_service_item`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。服务事项没有 ServiceItemListed 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without ServiceItemListed it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'ServiceItemListed') AS listed_at,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'ServiceItemDelisted' AND event.place >= event.since_ServiceItemListed
            ) AS delisted_at,
            argMaxIf(event.name, event.place, event.event = 'ServiceItemListed') AS name,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'ServiceItemListed') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.listed_at AS listed_at,
    cases.delisted_at AS delisted_at,
    cases.name AS name,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '服务事项：由事件重新折叠的现状，用以核对 cases_service_item / service item: folded again from the events, to be held against cases_service_item';

-- 党组织：由事件重新折叠的现状，用以核对 cases_organisation
-- party organisation: folded again from the events, to be held against cases_organisation
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_organisation`
(
    `case_id` String COMMENT '党组织编号 / party organisation id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `founded_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次成立时间 / first founded at',
    `dissolved_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '撤销时间 / dissolved at',
    `name` Nullable(String) COMMENT '组织名称 / name of the organisation',
    `kind` Nullable(String) COMMENT '组织类别 / kind of organisation',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（OrganisationFounded）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (OrganisationFounded): what came before it
    -- counts no more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('OrganisationFounded')) OVER (PARTITION BY township, case_id) AS since_OrganisationFounded
        FROM `xiangmai`.`proof_events_organisation`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。党组织没有 OrganisationFounded 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without OrganisationFounded it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'OrganisationFounded') AS founded_at,
            argMaxIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'OrganisationDissolved' AND event.place >= event.since_OrganisationFounded
            ) AS dissolved_at,
            argMaxIf(event.name, event.place, event.event = 'OrganisationFounded') AS name,
            argMaxIf(event.kind, event.place, event.event = 'OrganisationFounded') AS kind,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'OrganisationFounded') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.founded_at AS founded_at,
    cases.dissolved_at AS dissolved_at,
    cases.name AS name,
    cases.kind AS kind,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '党组织：由事件重新折叠的现状，用以核对 cases_organisation / party organisation: folded again from the events, to be held against cases_organisation';

-- 预警：由事件重新折叠的现状，用以核对 cases_warning
-- warning: folded again from the events, to be held against cases_warning
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_warning`
(
    `case_id` String COMMENT '预警编号 / warning id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `raised_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '预警时间 / raised at',
    `indicator` Nullable(String) COMMENT '指标编号 / indicator',
    `department` Nullable(String) COMMENT '责任部门 / responsible department',
    `raised_colour` Nullable(String) COMMENT '发出时颜色 / colour when raised',
    `line` Nullable(Float64) COMMENT '警戒线 / line',
    `previous_warning_id` Nullable(String) COMMENT '上一次同项预警编号 / previous warning 〔间接标识 quasi-identifier〕',
    `days_since_cleared` Nullable(Int64) COMMENT '距上次解除天数 / days since the last was cleared',
    `colour` Nullable(String) COMMENT '最近颜色 / last colour',
    `value` Nullable(Float64) COMMENT '最近指标值 / last value',
    `period` Nullable(String) COMMENT '最近时段 / last period',
    `renewals` Nullable(Int64) COMMENT '续期次数 / number of renewals',
    `red_renewals` Nullable(Int64) COMMENT '红色续期次数 / number of red renewals',
    `reds_in_a_row` Nullable(Int64) COMMENT '连续红色期数 / reds in a row',
    `escalated` Nullable(Bool) COMMENT '是否升级过 / was escalated',
    `escalated_to` Nullable(String) COMMENT '应升至 / last escalated to',
    `talked_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次约谈时间 / first talked at',
    `listed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '挂牌督办时间 / listed at',
    `ordered_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '最近责令整改时间 / last ordered at',
    `due_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改期限 / rectification due at',
    `passed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '验收通过时间 / accepted at',
    `cleared_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '解除时间 / cleared at',
    `cleared_because` Nullable(String) COMMENT '解除原因 / cleared because',
    `acted_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '首次处置时间 / first acted at',
    `step` Nullable(String) COMMENT '所处阶段 / step of the ladder',
    `step_since` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '本阶段起算时间 / on this step since',
    `rectified_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '整改了结时间 / rectification ended at',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 有效事件，并记下清除性事件（RectificationOrdered）最后一次在第几位：在它之前的不再算数。
    -- The effective events, and the place of the last one that clears (RectificationOrdered): what came before it
    -- counts no more.
    marked_events AS
    (
        SELECT
            *,
            maxIf(place, event IN ('RectificationOrdered')) OVER (PARTITION BY township, case_id) AS since_RectificationOrdered
        FROM `xiangmai`.`proof_events_warning`
        WHERE standing = 'effective'
    ),
    -- 按发生次序折叠有效事件，一件一行。预警没有 WarningRaised 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without WarningRaised it counts
    -- nowhere.
    folded_cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'WarningRaised') AS raised_at,
            argMinIf(event.indicator, event.place, event.event = 'WarningRaised') AS indicator,
            argMinIf(event.about_department, event.place, event.event = 'WarningRaised') AS department,
            argMinIf(event.colour, event.place, event.event = 'WarningRaised') AS raised_colour,
            argMinIf(event.line, event.place, event.event = 'WarningRaised') AS line,
            argMinIf(event.previous_warning_id, event.place, event.event = 'WarningRaised') AS previous_warning_id,
            argMinIf(event.days_since_cleared, event.place, event.event = 'WarningRaised') AS days_since_cleared,
            argMaxIf(event.colour, event.place, event.event IN ('WarningRaised', 'WarningRenewed')) AS colour,
            argMaxIf(event.value, event.place, event.event IN ('WarningRaised', 'WarningRenewed')) AS value,
            argMaxIf(event.period, event.place, event.event IN ('WarningRaised', 'WarningRenewed')) AS period,
            toInt64(countIf(event.event = 'WarningRenewed')) AS renewals,
            toInt64(countIf(event.event = 'WarningRenewed' AND (event.colour = 'red'))) AS red_renewals,
            argMaxIf(event.reds_in_a_row, event.place, event.event = 'WarningRenewed') AS reds_in_a_row,
            countIf(event.event = 'WarningEscalated') > 0 AS escalated,
            argMaxIf(event.to_step, event.place, event.event = 'WarningEscalated') AS escalated_to,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'TalkHeld') AS talked_at,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'SupervisionListed') AS listed_at,
            argMaxIf(toNullable(event.occurred_at), event.place, event.event = 'RectificationOrdered') AS ordered_at,
            argMaxIf(event.due_at, event.place, event.event = 'RectificationOrdered') AS due_at,
            argMinIf(
                toNullable(event.occurred_at),
                event.place,
                event.event = 'RectificationAccepted' AND event.place >= event.since_RectificationOrdered
            ) AS passed_at,
            argMinIf(toNullable(event.occurred_at), event.place, event.event = 'WarningCleared') AS cleared_at,
            argMinIf(event.because, event.place, event.event = 'WarningCleared') AS cleared_because,
            argMinIf(
                toNullable(event.occurred_at),
                event.place,
                event.event IN ('TalkHeld', 'SupervisionListed', 'RectificationOrdered', 'WarningCleared')
            ) AS acted_at,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'WarningRaised') AS opening_events
        FROM marked_events AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    ),
    -- 再算出由上面各字段推得的字段。
    -- And the fields that are computed from those.
    cases AS
    (
        SELECT
            folded_cases.*,
            (CASE WHEN (NOT (`cleared_at` IS NULL)) THEN 'cleared' WHEN (NOT (`passed_at` IS NULL)) THEN 'accepted' WHEN (NOT (`ordered_at` IS NULL)) THEN 'rectification' WHEN (NOT (`listed_at` IS NULL)) THEN 'listing' WHEN (NOT (`talked_at` IS NULL)) THEN 'talk' ELSE 'warning' END) AS step,
            coalesce(`cleared_at`, `passed_at`, `ordered_at`, `listed_at`, `talked_at`, `raised_at`) AS step_since,
            coalesce(`passed_at`, `cleared_at`) AS rectified_at
        FROM folded_cases
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.raised_at AS raised_at,
    cases.indicator AS indicator,
    cases.department AS department,
    cases.raised_colour AS raised_colour,
    cases.line AS line,
    cases.previous_warning_id AS previous_warning_id,
    cases.days_since_cleared AS days_since_cleared,
    cases.colour AS colour,
    cases.value AS value,
    cases.period AS period,
    cases.renewals AS renewals,
    cases.red_renewals AS red_renewals,
    cases.reds_in_a_row AS reds_in_a_row,
    cases.escalated AS escalated,
    cases.escalated_to AS escalated_to,
    cases.talked_at AS talked_at,
    cases.listed_at AS listed_at,
    cases.ordered_at AS ordered_at,
    cases.due_at AS due_at,
    cases.passed_at AS passed_at,
    cases.cleared_at AS cleared_at,
    cases.cleared_because AS cleared_because,
    cases.acted_at AS acted_at,
    cases.step AS step,
    cases.step_since AS step_since,
    cases.rectified_at AS rectified_at,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '预警：由事件重新折叠的现状，用以核对 cases_warning / warning: folded again from the events, to be held against cases_warning';

-- 表彰：由事件重新折叠的现状，用以核对 cases_award
-- award: folded again from the events, to be held against cases_award
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_award`
(
    `case_id` String COMMENT '表彰编号 / award id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `given_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '表彰时间 / given at',
    `department` Nullable(String) COMMENT '受表彰部门 / department commended',
    `indicator` Nullable(String) COMMENT '对应指标 / indicator',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。表彰没有 AwardGiven 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without AwardGiven it counts
    -- nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS given_at,
            argMin(event.about_department, event.place) AS department,
            argMin(event.indicator, event.place) AS indicator,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'AwardGiven') AS opening_events
        FROM `xiangmai`.`proof_events_award` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.given_at AS given_at,
    cases.department AS department,
    cases.indicator AS indicator,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '表彰：由事件重新折叠的现状，用以核对 cases_award / award: folded again from the events, to be held against cases_award';

-- 参加培训：由事件重新折叠的现状，用以核对 cases_training_attendance
-- training attended: folded again from the events, to be held against cases_training_attendance
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_training_attendance`
(
    `case_id` String COMMENT '参加培训编号 / training attended id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `attended_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '培训时间 / attended at',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre 〔间接标识 quasi-identifier〕',
    `kind` Nullable(String) COMMENT '培训类型 / kind of training',
    `hours` Nullable(Decimal(18, 2)) COMMENT '学习时长 / hours',
    `online` Nullable(Bool) COMMENT '是否线上 / online',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。参加培训没有 TrainingAttended 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without TrainingAttended it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS attended_at,
            argMin(event.cadre_id, event.place) AS cadre_id,
            argMin(event.kind, event.place) AS kind,
            argMin(CAST(event.hours, 'Nullable(Decimal(18, 2))'), event.place) AS hours,
            argMin(event.online, event.place) AS online,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'TrainingAttended') AS opening_events
        FROM `xiangmai`.`proof_events_training_attendance` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.attended_at AS attended_at,
    cases.cadre_id AS cadre_id,
    cases.kind AS kind,
    cases.hours AS hours,
    cases.online AS online,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '参加培训：由事件重新折叠的现状，用以核对 cases_training_attendance / training attended: folded again from the events, to be held against cases_training_attendance';

-- 能力测评：由事件重新折叠的现状，用以核对 cases_capability_assessment
-- capability assessment: folded again from the events, to be held against cases_capability_assessment
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_capability_assessment`
(
    `case_id` String COMMENT '能力测评编号 / capability assessment id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `assessed_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '测评时间 / assessed at',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre 〔间接标识 quasi-identifier〕',
    `capability` Nullable(String) COMMENT '能力维度 / capability',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。能力测评没有 CapabilityAssessed 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without CapabilityAssessed it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS assessed_at,
            argMin(event.cadre_id, event.place) AS cadre_id,
            argMin(event.dimension, event.place) AS capability,
            argMin(CAST(event.score, 'Nullable(Decimal(18, 2))'), event.place) AS score,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'CapabilityAssessed') AS opening_events
        FROM `xiangmai`.`proof_events_capability_assessment` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.assessed_at AS assessed_at,
    cases.cadre_id AS cadre_id,
    cases.capability AS capability,
    cases.score AS score,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '能力测评：由事件重新折叠的现状，用以核对 cases_capability_assessment / capability assessment: folded again from the events, to be held against cases_capability_assessment';

-- 胜任力测试：由事件重新折叠的现状，用以核对 cases_competence_test
-- competence test: folded again from the events, to be held against cases_competence_test
CREATE OR REPLACE VIEW `xiangmai`.`proof_cases_competence_test`
(
    `case_id` String COMMENT '胜任力测试编号 / competence test id 〔间接标识 quasi-identifier〕',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `village` Nullable(String) COMMENT '村（社区）代码 / village code 〔间接标识 quasi-identifier〕',
    `tested_at` Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '测试时间 / tested at',
    `cadre_id` Nullable(String) COMMENT '干部编号 / cadre 〔间接标识 quasi-identifier〕',
    `passed` Nullable(Bool) COMMENT '是否达标 / passed',
    `score` Nullable(Decimal(18, 2)) COMMENT '得分 / score',
    `event_count` Int64 COMMENT '有效事件数 / number of effective events',
    `newest_event_at` DateTime64(3, 'Asia/Shanghai') COMMENT '最新事件时间 / newest event at',
    `opening_events` UInt64 COMMENT '有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere'
)
AS
WITH
    -- 按发生次序折叠有效事件，一件一行。胜任力测试没有 CompetenceTested 的不计入任何指标。
    -- The effective events folded in the order they happened, a row for each case. Without CompetenceTested it
    -- counts nowhere.
    cases AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            argMax(event.village, event.place) AS village,
            argMin(toNullable(event.occurred_at), event.place) AS tested_at,
            argMin(event.cadre_id, event.place) AS cadre_id,
            argMin(event.passed, event.place) AS passed,
            argMin(CAST(event.score, 'Nullable(Decimal(18, 2))'), event.place) AS score,
            toInt64(count()) AS event_count,
            max(event.occurred_at) AS newest_event_at,
            countIf(event.event = 'CompetenceTested') AS opening_events
        FROM `xiangmai`.`proof_events_competence_test` AS event
        WHERE event.standing = 'effective'
        GROUP BY event.township, event.case_id
    )
SELECT
    cases.case_id AS case_id,
    cases.township AS township,
    cases.village AS village,
    cases.tested_at AS tested_at,
    cases.cadre_id AS cadre_id,
    cases.passed AS passed,
    cases.score AS score,
    cases.event_count AS event_count,
    cases.newest_event_at AS newest_event_at,
    cases.opening_events AS opening_events
FROM cases
COMMENT '胜任力测试：由事件重新折叠的现状，用以核对 cases_competence_test / competence test: folded again from the events, to be held against cases_competence_test';
