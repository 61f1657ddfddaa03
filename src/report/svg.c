#include "report/svg.h"

#include "base/civil.h"

#define WIDTH 720
#define HEIGHT 150
#define LEFT 44
#define TOP 12
#define BOTTOM 24
#define PLOT_HEIGHT (HEIGHT - TOP - BOTTOM)
#define LABELS 5

static void
add_label(struct buf *buf, double x, double y, const char *anchor)
{
    buf_printf(buf,
               "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"11\" "
               "fill=\"var(--dim)\">",
               x, y, anchor);
}

static void
add_bar(struct buf *buf, int bucket, uint32_t from, uint32_t count, uint32_t most,
        const char *colour)
{
    double step = (double)(WIDTH - LEFT) / TIMELINE_BUCKETS;
    double height = (double)count / most * PLOT_HEIGHT;
    double bottom = (double)from / most * PLOT_HEIGHT;

    if (count == 0)
        return;
    height = height < 1 ? 1 : height;
    buf_printf(buf,
               "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"var(--%s)\">"
               "<title>%u</title></rect>",
               LEFT + bucket * step + 0.5, TOP + PLOT_HEIGHT - bottom - height, step - 1, height,
               colour, count);
}

static void
add_time(struct buf *buf, int64_t local_s, bool with_date, bool with_seconds)
{
    struct civil c = civil_from_seconds(local_s);

    if (with_date)
        buf_printf(buf, "%02d-%02d ", c.month, c.day);
    buf_printf(buf, "%02d:%02d", c.hour, c.minute);
    if (with_seconds)
        buf_printf(buf, ":%02d", c.second);
}

static void
add_axis(struct buf *buf, const struct timeline *timeline, uint32_t most, figure_zone *zone,
         const void *context)
{
    int64_t span_s = timeline->bucket_s * TIMELINE_BUCKETS;

    buf_printf(buf, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"var(--line)\"/>", LEFT,
               TOP + PLOT_HEIGHT, WIDTH, TOP + PLOT_HEIGHT);
    add_label(buf, LEFT - 6, TOP + 8, "end");
    figure_count(buf, most);
    buf_add_cstr(buf, "</text>");
    add_label(buf, LEFT - 6, TOP + PLOT_HEIGHT, "end");
    buf_add_cstr(buf, "0</text>");
    for (int i = 0; i < LABELS; i++) {
        int64_t at_s = timeline->start_s + span_s * i / (LABELS - 1);
        double x = LEFT + (double)(WIDTH - LEFT) * i / (LABELS - 1);

        add_label(buf, x, HEIGHT - 6, i == 0 ? "start" : i == LABELS - 1 ? "end" : "middle");
        add_time(buf, at_s + (zone ? zone(context, at_s) : 0), span_s > DAY_S, span_s < 600);
        buf_add_cstr(buf, "</text>");
    }
}

void
svg_timeline(struct buf *buf, const struct incident *incident, figure_zone *zone,
             const void *zone_context)
{
    const struct timeline *timeline = &incident->timeline;
    uint32_t most = 1;

    if (timeline->bucket_s <= 0)
        return;
    for (int i = 0; i < TIMELINE_BUCKETS; i++) {
        uint32_t sum = timeline->count[i] + timeline->usual[i];

        most = sum > most ? sum : most;
    }
    buf_printf(buf,
               "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%u %s over time\" "
               "xmlns=\"http://www.w3.org/2000/svg\">",
               WIDTH, HEIGHT, incident->connections ? incident->connections : incident->messages,
               incident->connections ? "connections" : "messages");
    for (int i = 0; i < TIMELINE_BUCKETS; i++) {
        add_bar(buf, i, 0, timeline->usual[i], most, "usual");
        add_bar(buf, i, timeline->usual[i], timeline->count[i], most, "bar");
    }
    add_axis(buf, timeline, most, zone, zone_context);
    buf_add_cstr(buf, "</svg>\n");
}
