#include "trace/timeline.h"

#include "base/civil.h"

/* A bucket length that people can read off an axis. */
static int64_t
nice_bucket(int64_t span_s)
{
    static const int64_t nice[] = {1,   2,   5,    10,   15,   30,    60,    120,   300,
                                   600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400};

    for (size_t i = 0; i < sizeof(nice) / sizeof(nice[0]); i++) {
        if (nice[i] * TIMELINE_BUCKETS >= span_s)
            return nice[i];
    }
    return (span_s / TIMELINE_BUCKETS / DAY_S + 1) * DAY_S;
}

struct timeline
timeline_make(int64_t from_s, int64_t until_s, int64_t log_from_s, int64_t log_until_s)
{
    int64_t margin_s = (until_s - from_s) / 2 + 5;
    struct timeline timeline = {.start_s = 0};

    from_s = from_s - margin_s > log_from_s ? from_s - margin_s : log_from_s;
    until_s = until_s + margin_s < log_until_s ? until_s + margin_s : log_until_s;
    timeline.bucket_s = nice_bucket(until_s - from_s + 1);
    timeline.start_s = from_s / timeline.bucket_s * timeline.bucket_s;
    if (until_s >= timeline.start_s + timeline.bucket_s * TIMELINE_BUCKETS)
        timeline.bucket_s = nice_bucket((until_s - from_s) * 21 / 20 + 2);
    return timeline;
}

int
timeline_bucket(const struct timeline *timeline, int64_t time_s)
{
    int64_t at = (time_s - timeline->start_s) / timeline->bucket_s;

    return at >= 0 && at < TIMELINE_BUCKETS ? (int)at : -1;
}
