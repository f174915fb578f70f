-- Messages that could not be processed. A letter is resolved by a later one about the same message with the stage `resolved`.
CREATE OR REPLACE VIEW {database}.dead_letters
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
    `record_timestamp` DateTime64(3, '{timezone}') COMMENT '原消息时间 / Kafka''s time of the message',
    `dead_at` DateTime64(3, '{timezone}') COMMENT '判为死信的时间 / when it became a dead letter',
    `resolved_at` Nullable(DateTime64(3, '{timezone}')) COMMENT '处理（重放）时间；未处理为空 / when it was dealt with, NULL while it is not',
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
FROM (SELECT * FROM {storage}.dead_letters FINAL WHERE stage != 'resolved') AS letter
LEFT JOIN
(
    SELECT topic, partition, offset, kafka_offset AS at_offset, dead_at AS resolved_at
    FROM {storage}.dead_letters FINAL
    WHERE stage = 'resolved'
) AS resolution
    ON letter.topic = resolution.topic AND letter.partition = resolution.partition AND letter.offset = resolution.offset
COMMENT '死信：未能处理的消息，不含原文 / dead letters: messages refused, without their bytes'
