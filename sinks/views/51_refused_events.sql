-- Events the worker refused because their case was full. The proof reads it many times in a statement, so it joins nothing.
CREATE OR REPLACE VIEW {database}.refused_events
(
    `topic` LowCardinality(String) COMMENT '事件所在主题 / topic of the event',
    `partition` Int64 COMMENT '其分区 / its partition',
    `offset` Int64 COMMENT '其位点 / its offset'
)
AS
SELECT topic, partition, offset
FROM {storage}.dead_letters
WHERE stage = 'worker' AND reason = 'case_limit'
COMMENT '因事项已满而被拒收的事件，证明时不计入 / events refused because their case was full, which the proof leaves out'
