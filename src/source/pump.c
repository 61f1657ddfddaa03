#include "source/pump.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "record/slices.h"
#include "trace/visit.h"

#define BLOCK_BYTES ((size_t)128 * 1024)
#define ROOM_BYTES (BLOCK_BYTES + RECORD_BYTES_MAX) /* a block and the cut record before it */
#define TEXTS_BYTES_MAX (8 * BLOCK_BYTES)
#define SLOTS 6
#define SLOTS_TO_WAKE (SLOTS / 2) /* workers that had to stop go on when no more are taken */
#define THREADS_MAX 16

struct placed {
    struct event event;
    uint32_t line; /* from the block's first record, 0 */
    uint32_t offset;
};

struct slot {
    bool is_read; /* waits for its turn to be handed on */
    char *bytes;
    size_t len;
    uint64_t offset; /* of bytes[0] in the log */
    struct placed *events;
    uint32_t count, capacity, lines, cut;
    enum stamp_form last_form;
    int64_t last_us;
    struct arena *texts; /* slices that a reader had to decode: they die with its next record */
};

/* The log as it comes: only the worker whose turn it is reads from it. */
struct feeder {
    struct pump_source source;
    char *carry; /* the unfinished record at the end of the last block */
    size_t carry_len;
    uint64_t offset;             /* of carry[0] in the log */
    bool is_at_end, is_skipping; /* skipping: the rest of a record that was cut */
    bool has_failed;
    struct err err;
};

struct pump {
    const struct frame *frame;
    struct slot slots[SLOTS];
    struct feeder feeder;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint32_t filled, handed_on; /* blocks, since the start */
    bool is_filling, is_over;   /* over: the log has ended, or nobody wants more */
};

static void *
must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

/* --- a worker: records of one block --- */

static struct placed *
next_event(struct slot *slot)
{
    if (slot->count == slot->capacity) {
        slot->capacity = slot->capacity ? slot->capacity * 2 : 1024;
        slot->events = must(realloc(slot->events, slot->capacity * sizeof(*slot->events)));
    }
    return &slot->events[slot->count];
}

static void
keep_decoded(struct slot *slot, struct event *event)
{
    struct str *slices[SLICES_MAX];
    uint32_t count = slices_of(event, slices);

    for (uint32_t i = 0; i < count; i++) {
        if (slices[i]->len && (slices[i]->data < slot->bytes ||
                               slices[i]->data + slices[i]->len > slot->bytes + slot->len))
            *slices[i] = arena_str(slot->texts, *slices[i]);
    }
}

static void
read_one(const struct frame *frame, struct slot *slot, struct str record, uint32_t line)
{
    struct placed *placed = next_event(slot);

    if (record.len > RECORD_BYTES_MAX) {
        record.len = RECORD_BYTES_MAX;
        slot->cut++;
    }
    record_read(frame, record, &placed->event);
    if (placed->event.stamp_form != STAMP_NONE && placed->event.zone.len == 0) {
        slot->last_form = placed->event.stamp_form;
        slot->last_us = placed->event.stamp_us;
    }
    if (placed->event.kind == EVENT_NONE ||
        (placed->event.kind == EVENT_REQUEST && !visit_matters(&placed->event)))
        return;
    if (frame->decodes)
        keep_decoded(slot, &placed->event);
    placed->line = line;
    placed->offset = (uint32_t)(record.data - slot->bytes);
    slot->count++;
}

static uint32_t
count_lines(struct str record)
{
    uint32_t lines = 0;

    while (record.len) {
        (void)str_cut(&record, '\n');
        lines++;
    }
    return lines;
}

static void
read_block(const struct frame *frame, struct slot *slot)
{
    struct str rest = {slot->bytes, slot->len};

    slot->count = slot->lines = slot->cut = 0;
    slot->last_form = STAMP_NONE;
    arena_reset(slot->texts);
    while (rest.len) {
        size_t len = frame->split ? frame->split(rest) : 0;

        if (frame->split && len > 0 && len <= rest.len) {
            struct str record = str_first(rest, len);

            read_one(frame, slot, record, slot->lines);
            slot->lines += count_lines(record);
            rest = str_from(rest, len);
        } else {
            read_one(frame, slot, str_cut(&rest, '\n'), slot->lines);
            slot->lines++;
        }
    }
}

/* --- the log, block by block --- */

/* Where the last whole record of the block ends; 0 when none does. */
static size_t
whole_records(const struct frame *frame, const char *bytes, size_t len)
{
    size_t end = 0;

    if (!frame->split) {
        const char *at = memrchr(bytes, '\n', len);

        return at ? (size_t)(at - bytes) + 1 : 0;
    }
    while (end < len) {
        size_t record = frame->split((struct str){bytes + end, len - end});

        if (record == 0 || record > len - end)
            break;
        end += record;
    }
    return end;
}

/* Reads until the room is full or the log ends. */
static bool
fill_bytes(struct feeder *feeder, struct slot *slot, struct err *err)
{
    memcpy(slot->bytes, feeder->carry, feeder->carry_len);
    slot->len = feeder->carry_len;
    slot->offset = feeder->offset;
    feeder->carry_len = 0;
    while (slot->len < BLOCK_BYTES) {
        size_t got = 0;

        if (!feeder->source.read(feeder->source.context, slot->bytes + slot->len,
                                 BLOCK_BYTES - slot->len, &got, err)) {
            feeder->is_at_end = true;
            return false;
        }
        if (got == 0) {
            feeder->is_at_end = true;
            break;
        }
        slot->len += got;
    }
    return true;
}

/* The rest of a cut record: dropped up to its end. */
static void
skip_rest(struct feeder *feeder, struct slot *slot)
{
    size_t end = str_index((struct str){slot->bytes, slot->len}, '\n');

    if (!feeder->is_skipping)
        return;
    if (end < slot->len) {
        end++;
        feeder->is_skipping = false;
    }
    memmove(slot->bytes, slot->bytes + end, slot->len - end);
    slot->len -= end;
    slot->offset += end;
}

/*
 * A block of whole records. What is left over is carried to the next one, unless
 * it is longer than a record may be: then it is read as it is and its rest is
 * passed over.
 */
static bool
fill(struct feeder *feeder, struct slot *slot, struct err *err)
{
    bool is_good = fill_bytes(feeder, slot, err);
    size_t whole, left;

    skip_rest(feeder, slot);
    whole =
        feeder->is_at_end ? slot->len : whole_records(feeder->source.frame, slot->bytes, slot->len);
    left = slot->len - whole;
    if (left > RECORD_BYTES_MAX) {
        whole = slot->len;
        left = 0;
        feeder->is_skipping = true;
    }
    memcpy(feeder->carry, slot->bytes + whole, left);
    feeder->carry_len = left;
    feeder->offset = slot->offset + slot->len - left;
    slot->len = whole;
    return is_good;
}

/* --- threads: each fills a block when it is its turn, and reads its records --- */

static bool
may_fill(const struct pump *pump)
{
    return !pump->is_over && !pump->is_filling && pump->filled - pump->handed_on < SLOTS;
}

/* Fills the next free slot and reads it. Called and left with the lock held, when may_fill. */
static void
fill_and_read(struct pump *pump)
{
    struct feeder *feeder = &pump->feeder;
    struct slot *slot = &pump->slots[pump->filled % SLOTS];

    pump->is_filling = true;
    pthread_mutex_unlock(&pump->lock);
    if (!fill(feeder, slot, &feeder->err))
        feeder->has_failed = true;
    pthread_mutex_lock(&pump->lock);
    pump->is_filling = false;
    pump->is_over = feeder->is_at_end;
    pump->filled++;
    pthread_cond_broadcast(&pump->changed);
    pthread_mutex_unlock(&pump->lock);
    read_block(pump->frame, slot);
    pthread_mutex_lock(&pump->lock);
    slot->is_read = true;
    pthread_cond_broadcast(&pump->changed);
}

static void *
work(void *context)
{
    struct pump *pump = context;

    pthread_mutex_lock(&pump->lock);
    while (!pump->is_over) {
        if (may_fill(pump))
            fill_and_read(pump);
        else
            pthread_cond_wait(&pump->changed, &pump->lock);
    }
    pthread_mutex_unlock(&pump->lock);
    return NULL;
}

/* --- the calling thread: hands events on, in the order of the log --- */

#define EVENTS_AFAR 16
#define EVENTS_NEAR 6

static void
hand_on(const struct slot *slot, struct pump_sink sink, struct pump_totals *totals)
{
    for (uint32_t i = 0; i < slot->count; i++) {
        if (sink.ahead && i + EVENTS_AFAR < slot->count) {
            sink.ahead(sink.context, &slot->events[i + EVENTS_AFAR].event, false);
            sink.ahead(sink.context, &slot->events[i + EVENTS_NEAR].event, true);
        }
        sink.event(sink.context, &slot->events[i].event,
                   (uint32_t)(totals->lines + slot->events[i].line + 1),
                   slot->offset + slot->events[i].offset);
    }
    if (slot->last_form != STAMP_NONE) {
        totals->last_form = slot->last_form;
        totals->last_us = slot->last_us;
    }
    totals->lines += slot->lines;
    totals->cut += slot->cut;
    totals->bytes = slot->offset + slot->len;
    if (sink.progress)
        sink.progress(sink.context, totals->bytes);
}

/* Hands on what is read; while nothing is, reads a block itself: no core waits for another. */
static void
run(struct pump *pump, struct pump_sink sink, struct pump_totals *totals)
{
    pthread_mutex_lock(&pump->lock);
    while (!pump->is_over || pump->handed_on < pump->filled) {
        struct slot *slot = &pump->slots[pump->handed_on % SLOTS];

        if (slot->is_read) {
            pthread_mutex_unlock(&pump->lock);
            hand_on(slot, sink, totals);
            pthread_mutex_lock(&pump->lock);
            slot->is_read = false;
            pump->handed_on++;
            if (pump->filled - pump->handed_on <= SLOTS_TO_WAKE)
                pthread_cond_broadcast(&pump->changed);
        } else if (may_fill(pump)) {
            fill_and_read(pump);
        } else {
            pthread_cond_wait(&pump->changed, &pump->lock);
        }
    }
    pthread_mutex_unlock(&pump->lock);
}

static void
pump_init(struct pump *pump, struct pump_source source)
{
    *pump = (struct pump){.frame = source.frame};
    pump->feeder = (struct feeder){.source = source, .carry = must(malloc(RECORD_BYTES_MAX))};
    pthread_mutex_init(&pump->lock, NULL);
    pthread_cond_init(&pump->changed, NULL);
    for (int i = 0; i < SLOTS; i++) {
        pump->slots[i].bytes = must(malloc(ROOM_BYTES));
        pump->slots[i].texts = arena_new(TEXTS_BYTES_MAX);
    }
}

static void
pump_done(struct pump *pump)
{
    for (int i = 0; i < SLOTS; i++) {
        free(pump->slots[i].bytes);
        free(pump->slots[i].events);
        arena_free(pump->slots[i].texts);
    }
    free(pump->feeder.carry);
    pthread_mutex_destroy(&pump->lock);
    pthread_cond_destroy(&pump->changed);
}

bool
pump_run(struct pump_source source, struct pump_sink sink, unsigned threads,
         struct pump_totals *ret_totals, struct err *err)
{
    struct pump pump;
    pthread_t workers[THREADS_MAX - 1];
    unsigned count = threads < 1 ? 0 : threads > THREADS_MAX ? THREADS_MAX - 1 : threads - 1;
    bool is_good;

    *ret_totals = (struct pump_totals){.last_form = STAMP_NONE};
    pump_init(&pump, source);
    for (unsigned i = 0; i < count; i++) {
        if (pthread_create(&workers[i], NULL, work, &pump))
            abort();
    }
    run(&pump, sink, ret_totals);
    for (unsigned i = 0; i < count; i++)
        pthread_join(workers[i], NULL);
    is_good = !pump.feeder.has_failed;
    if (!is_good)
        *err = pump.feeder.err;
    pump_done(&pump);
    return is_good;
}
