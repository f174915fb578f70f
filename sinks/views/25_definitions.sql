-- Every version of every definition, with the days it is shown for: a period is shown by the version in force on its last day, periods
-- before the first version by the first. Both are days after which `shown_from` holds and on which `shown_before` does not any more.
CREATE OR REPLACE VIEW {storage}.definitions AS
SELECT
    catalogue.*,
    if(row_number() OVER versions = 1, toDate(0), catalogue.effective_from) AS shown_from,
    leadInFrame(catalogue.effective_from, 1, toDate('2149-06-06')) OVER versions AS shown_before
FROM {database}.indicator_catalogue AS catalogue
WINDOW versions AS
(
    PARTITION BY catalogue.indicator
    ORDER BY catalogue.effective_from, catalogue.version
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
)
