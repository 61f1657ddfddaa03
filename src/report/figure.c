#include "report/figure.h"

#include <math.h>
#include <stdio.h>

#include "base/civil.h"

void
figure_count(struct buf *buf, uint64_t number)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);

    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            buf_add_char(buf, ',');
        buf_add_char(buf, digits[i]);
    }
}

void
figure_counted(struct buf *buf, uint64_t number, const char *one, const char *many)
{
    figure_count(buf, number);
    buf_printf(buf, " %s", number == 1 ? one : many);
}

void
figure_answer(struct buf *buf, const struct result *result)
{
    uint32_t sources = 0;

    for (uint32_t i = 0; i < result->incident_count; i++)
        sources += result->incidents[i].route != ROUTE_BACKSCATTER;
    if (sources)
        figure_counted(buf, sources, "source sends spam.", "sources send spam.");
    else
        buf_add_cstr(buf, "Nothing here sends spam, but bounces of what others sent come in.");
    if (sources && sources < result->incident_count)
        buf_add_cstr(buf, " Bounces of what others sent come in as well.");
}

void
figure_size(struct buf *buf, const struct incident *incident)
{
    if (incident->connections == 0) {
        figure_counted(buf, incident->messages, "message", "messages");
        return;
    }
    figure_counted(buf, incident->connections, "connection", "connections");
    buf_add_cstr(buf, " to ");
    figure_counted(buf, incident->servers, "server", "servers");
}

void
figure_bytes(struct buf *buf, uint64_t bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    double number = (double)bytes;
    size_t unit = 0;

    while (number >= 999.5 && unit + 1 < sizeof(units) / sizeof(units[0])) {
        number /= 1000;
        unit++;
    }
    buf_printf(buf, "%.*f %s", unit && number < 9.95 ? 1 : 0, number, units[unit]);
}

void
figure_real(struct buf *buf, double number)
{
    if (number >= 9.95)
        figure_count(buf, (uint64_t)llround(number));
    else
        buf_printf(buf, "%.1f", number);
}

void
figure_span(struct buf *buf, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *one, *many;
        int64_t part_seconds;
        const char *part;
    } spans[] = {
        {DAY_S, "day", "days", 3600, "h"},
        {3600, "h", "h", 60, "min"},
        {60, "min", "min", 1, "s"},
        {1, "s", "s", 0, NULL},
    };
    size_t i = 0;
    int64_t whole, part;

    while (spans[i].part && seconds < spans[i].seconds)
        i++;
    whole = seconds / spans[i].seconds;
    buf_printf(buf, "%lld %s", (long long)whole, whole == 1 ? spans[i].one : spans[i].many);
    if (!spans[i].part || whole >= 3)
        return;
    part = seconds % spans[i].seconds / spans[i].part_seconds;
    if (part)
        buf_printf(buf, " %lld %s", (long long)part, spans[i].part);
}

void
figure_certainty(struct buf *buf, double confidence)
{
    double percent = confidence * 100;

    buf_printf(buf, "%.0f %% %s", percent > 99 ? 99.0 : percent,
               confidence >= 0.9   ? "sure"
               : confidence >= 0.7 ? "likely"
                                   : "possible");
}

void
figure_moment(struct buf *buf, int64_t local_s, bool with_seconds)
{
    struct civil c = civil_from_seconds(local_s);

    buf_printf(buf, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
    if (with_seconds)
        buf_printf(buf, ":%02d", c.second);
}
