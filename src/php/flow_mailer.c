#include "php/flow_parts.h"

/* $message->setTo(…)->setBody(…): what the chain begins with. */
static const struct node *
chain_root(const struct node *object)
{
    while (object->kind == NODE_METHOD_CALL && object->child)
        object = object->child;
    return object;
}

uint32_t
flow_mailer_unit(struct flow *flow, const struct node *object)
{
    const struct node *root = chain_root(object);
    struct str path = flow_path(flow, root);

    if (flow->closure_unit && root->kind == NODE_VARIABLE)
        return flow->closure_unit;
    /* The mailer of an object, or the object itself, is one for all its methods. */
    if (str_eq(path, STR("this")) || str_starts(path, STR("this->")))
        return (uint32_t)str_hash(path) | SUM_UNIT_OF_OBJECT;
    if (path.len)
        return ((uint32_t)str_hash(path) ^ flow->frame->id) & ~SUM_UNIT_OF_OBJECT;
    if (root->kind == NODE_NEW || root->kind == NODE_STATIC_CALL)
        return ((uint32_t)((uintptr_t)root >> 4) ^ flow->frame->id << 16) & ~SUM_UNIT_OF_OBJECT;
    return 0;
}

/* $mailer->send($message): the mail is the message, and what is in it its text. */
static void
send_message(struct flow *flow, struct arrival arrival, const struct arguments *arguments)
{
    const struct value *message = &arguments->list[0];
    struct value text = *message;

    if (!arguments->count) {
        flow_arrive(flow, arrival, VALUE_NOTHING);
        return;
    }
    if (message->kind == VALUE_OBJECT && library_is_mailer(message->text)) {
        uint32_t unit = flow_mailer_unit(flow, arguments->nodes[0]);

        arrival.unit = unit ? unit : arrival.unit;
    }
    flow_arrive(flow, arrival, VALUE_NOTHING);
    if (!flow_is_visitor(*message) && !message->parameters)
        return;
    text.text = STR_EMPTY;
    arrival.sink = SINK_BODY;
    flow_arrive(flow, arrival, text);
}

/* array('EMAIL_TO' => …, 'TEXT' => …): each item is its own part of the mail. */
static void
send_fields(struct flow *flow, struct arrival arrival, struct value fields)
{
    if (fields.kind != VALUE_ARRAY) {
        arrival.sink = SINK_BODY;
        flow_arrive(flow, arrival, fields);
        return;
    }
    for (uint32_t i = 0; i < fields.items->count; i++) {
        const struct item *item = &fields.items->list[i];

        arrival.sink = str_eq_nocase(item->key, STR("EMAIL_TO")) && item->is_text_key
                           ? SINK_RECIPIENT
                           : SINK_BODY;
        flow_arrive(flow, arrival, *item->value);
    }
}

/* Headers in an array: a line break in one of them begins no other. */
static struct value
header_array(struct value headers)
{
    headers.clean |= CLEAN_CRLF;
    for (uint32_t i = 0; i < headers.items->count; i++) {
        const struct item *item = &headers.items->list[i];

        if (item->is_text_key && flow_is_visitor(*item->value) &&
            (str_eq_nocase(item->key, STR("Cc")) || str_eq_nocase(item->key, STR("Bcc"))))
            headers.taint |= TAINT_COPIED;
    }
    return headers;
}

void
flow_mailer_arrive(struct flow *flow, const struct library *row, struct arrival arrival,
                   const struct arguments *arguments)
{
    for (uint32_t i = 0; i < LIBRARY_SINKS_MAX; i++) {
        arrival.sink = row->sinks[i];
        if (arrival.sink == SINK_SEND)
            send_message(flow, arrival, arguments);
        else if (arrival.sink == SINK_FIELDS && i < arguments->count)
            send_fields(flow, arrival, arguments->list[i]);
        else if (arrival.sink == SINK_HEADER && i < arguments->count &&
                 arguments->list[i].kind == VALUE_ARRAY)
            flow_arrive(flow, arrival, header_array(arguments->list[i]));
        else if (arrival.sink != SINK_NONE && i < arguments->count)
            flow_arrive(flow, arrival, arguments->list[i]);
    }
}
