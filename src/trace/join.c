#include "trace/join.h"

#include <stdlib.h>

#include "base/civil.h"
#include "record/postfix.h"
#include "trace/known.h"
#include "trace/live.h"
#include "trace/numbers.h"

#define PENDING_SLOTS 16384U
#define SESSION_SLOTS 16384U
#define COMMAND_SLOTS 64U
#define FAILURE_SLOTS 4096U
#define COMMAND_AGE_US (5 * SECOND_US)
#define LOGIN_AGE_US (60 * SECOND_US)
#define CHAIN_STEPS_MAX 64
#define REINJECT_AGE_US (15 * 60 * SECOND_US)

/* A queue id that some line named before its own origin line came. */
struct pending {
    uint64_t key;
    uint32_t parent;
    uint32_t flags; /* for the child */
    int64_t time_us;
};

/* Who is behind an OpenSMTPD session id, or a Sendmail process id. */
struct session {
    uint64_t key;
    int64_t time_us;
    uint32_t client, login;
    bool is_local;
};

/* Exim's "cwd=", waiting for the mail that it belongs to. */
struct command {
    int64_t time_us, pid;
    uint32_t folder; /* name; 0: not known */
    bool is_waiting;
};

/* The last mail of a sender that could not be delivered: a bounce will be about it. */
struct failure {
    uint64_t sender; /* hash; 0: none */
    int64_t time_us;
    uint32_t mail;
};

struct join {
    struct ledger *ledger;
    struct live *live;
    struct numbers *numbers; /* NULL: no line of qmail was seen yet */
    int64_t smtp_uid;
    struct pending pending[PENDING_SLOTS];
    struct session sessions[SESSION_SLOTS];
    struct command commands[COMMAND_SLOTS]; /* the newest ones, in a ring */
    uint32_t command_count;
    struct failure failures[FAILURE_SLOTS]; /* of OpenSMTPD */
    struct {
        char text[64];
        struct str str;
        uint32_t name;
    } host, instance; /* the last ones seen: a log rarely changes them */
    struct {
        uint32_t name, count;
    } hosts[8];
};

struct join *
join_new(struct ledger *ledger, int64_t smtp_uid)
{
    struct join *join = calloc(1, sizeof(*join));

    if (!join)
        abort();
    join->ledger = ledger;
    join->smtp_uid = smtp_uid;
    join->live = live_new();
    return join;
}

void
join_free(struct join *join)
{
    if (!join)
        return;
    live_free(join->live);
    numbers_free(join->numbers);
    free(join);
}

/* The name of a host; the busiest one becomes the host of the report. */
static uint32_t
host_name(struct join *join, struct str host)
{
    if (host.len == 0)
        return join->ledger->host;
    if (!str_eq(host, join->host.str)) {
        host = str_first(host, sizeof(join->host.text));
        memcpy(join->host.text, host.data, host.len);
        join->host.str = (struct str){join->host.text, host.len};
        join->host.name = table_add(join->ledger->names, host);
        for (size_t i = 0; i < 8; i++) {
            if (join->hosts[i].name == 0)
                join->hosts[i].name = join->host.name;
            if (join->hosts[i].name == join->host.name)
                break;
        }
    }
    return join->host.name;
}

static void
count_host(struct join *join, uint32_t name)
{
    uint32_t best = 0;

    for (size_t i = 0; i < 8; i++) {
        if (join->hosts[i].name == name)
            join->hosts[i].count++;
        if (join->hosts[i].count > join->hosts[best].count)
            best = (uint32_t)i;
    }
    join->ledger->host = join->hosts[best].name;
}

static uint32_t
instance_name(struct join *join, struct str instance)
{
    if (!str_eq(instance, join->instance.str)) {
        instance = str_first(instance, sizeof(join->instance.text));
        memcpy(join->instance.text, instance.data, instance.len);
        join->instance.str = (struct str){join->instance.text, instance.len};
        join->instance.name = table_add(join->ledger->names, instance);
    }
    return join->instance.name;
}

static enum mta
mta_of(struct str program)
{
    if (str_starts(program, STR("exim")))
        return MTA_EXIM;
    if (str_starts(program, STR("sendmail")) || str_starts(program, STR("sm-")))
        return MTA_SENDMAIL;
    if (str_eq(program, STR("smtpd")) || str_starts(program, STR("opensmtpd")))
        return MTA_OPENSMTPD;
    if (str_starts(program, STR("qmail")))
        return MTA_QMAIL;
    return MTA_POSTFIX;
}

static struct live_entry *
find_entry(struct join *join, const struct event *event)
{
    uint64_t key = live_key(host_name(join, event->host), event->queue_id);

    return live_find(join->live, key, instance_name(join, event->instance));
}

/* A new mail under the event's queue id. */
static struct mail *
add_mail(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    uint32_t host = host_name(join, event->host), index = join->ledger->mails.count;
    struct mail *mail = vec_add(&join->ledger->mails);
    int32_t micros;

    if (!mail)
        return NULL;
    count_host(join, host);
    mail->time_us = time_us;
    mail->origin = place;
    mail->queue_id = ledger_keep_text(join->ledger, event->queue_id);
    mail->last_delivery = NO_DELIVERY;
    mail->parent = NO_MAIL;
    mail->mta = (uint8_t)mta_of(event->program);
    mail->micros = -1;
    if (mail->mta == MTA_POSTFIX && postfix_queue_id_micros(event->queue_id, &micros))
        mail->micros = micros & 0xFFFFF; /* below 2^20 */
    live_add(join->live, live_key(host, event->queue_id), instance_name(join, event->instance),
             index);
    return mail;
}

/*
 * The mail of an event that is no origin line. Postfix writes no origin line for
 * forwards and notices, and logs may begin in the middle: then a mail of unknown
 * origin begins here. NULL: a line about a mail that has left, read twice.
 */
static struct mail *
mail_of(struct join *join, const struct event *event, int64_t time_us, struct place place,
        uint32_t *ret_index)
{
    struct live_entry *entry;
    struct mail *mail;

    if (event->queue_id.len == 0)
        return NULL;
    entry = find_entry(join, event);
    if (entry) {
        *ret_index = entry->mail;
        mail = ledger_mail(join->ledger, entry->mail);
        if (!entry->is_closed)
            return mail;
        if (event->kind != EVENT_MESSAGE_ID)
            return NULL;
        if (time_us <= mail->time_us + SECOND_US)
            return NULL;
    }
    *ret_index = join->ledger->mails.count;
    return add_mail(join, event, time_us, place);
}

static uint64_t
address_hash(struct join *join, struct str address, uint32_t *ret_domain)
{
    return ledger_add_address(join->ledger, address, ret_domain);
}

static void
set_sender(struct join *join, struct mail *mail, struct str sender)
{
    mail->sender = address_hash(join, sender, &mail->sender_domain);
    if (sender.len == 0)
        mail->flags |= MAIL_NULL_SENDER;
    mail->flags |= MAIL_QUEUED_SEEN;
}

static void
set_size(struct mail *mail, int64_t size)
{
    if (size > 0)
        mail->size = size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
}

/* --- what waits for something --- */

static struct pending *
pending_slot(struct join *join, uint64_t key)
{
    return &join->pending[key & (PENDING_SLOTS - 1)];
}

static struct session *
session_slot(struct join *join, uint64_t key)
{
    return &join->sessions[key & (SESSION_SLOTS - 1)];
}

static uint64_t
session_key(struct join *join, const struct event *event)
{
    char pid[32];
    uint64_t host = host_name(join, event->host);

    if (event->session.len)
        return str_hash(event->session) ^ host;
    memcpy(pid, &event->pid, sizeof(event->pid));
    return str_hash((struct str){pid, sizeof(event->pid)}) ^ host;
}

/* What a Postfix process took for a filter before the queue has no id yet. */
static uint64_t
proxy_key(struct join *join, const struct event *event)
{
    return ~session_key(join, event);
}

/* SFTP names user and client when a session begins, and then files: the process is the same. */
static uint64_t
sftp_key(struct join *join, const struct event *event)
{
    return session_key(join, event) ^ str_hash(STR("sftp"));
}

/* --- edges --- */

static bool
same_mail(const struct mail *parent, const struct mail *child)
{
    return parent->message_id == 0 || child->message_id == 0 ||
           parent->message_id == child->message_id;
}

static void
set_parent(struct join *join, uint32_t parent, uint32_t child, uint32_t flags)
{
    struct mail *mail = ledger_mail(join->ledger, child);
    uint32_t at = parent;

    if (parent == child || mail->parent != NO_MAIL)
        return;
    for (int steps = 0; at != NO_MAIL; steps++) {
        if (at == child || steps == CHAIN_STEPS_MAX)
            return;
        at = ledger_mail(join->ledger, at)->parent;
    }
    mail->parent = parent;
    mail->flags = (uint16_t)(mail->flags | flags);
    ledger_mail(join->ledger, parent)->flags |= MAIL_HAS_CHILD;
}

/* The next hop took mail `index` under `next_id`: on this very host, or elsewhere? */
static void
link_next(struct join *join, const struct event *event, uint32_t index, int64_t time_us)
{
    const struct event_delivery *delivery = &event->delivery;
    const struct mail *mail = ledger_mail(join->ledger, index);
    uint32_t flags = delivery->next == NEXT_FORWARDED_AS ? MAIL_FORWARD : MAIL_DUPLICATE;
    uint64_t key = live_key(host_name(join, event->host), delivery->next_id);
    struct live_entry *entry = live_find(join->live, key, instance_name(join, event->instance));

    if (entry && entry->mail != index) {
        const struct mail *child = ledger_mail(join->ledger, entry->mail);
        bool is_near = child->time_us + SECOND_US >= mail->time_us &&
                       child->time_us <= time_us + SECOND_US &&
                       time_us - child->time_us < REINJECT_AGE_US;

        if (is_near && (flags == MAIL_FORWARD || same_mail(mail, child))) {
            set_parent(join, index, entry->mail, flags);
            return;
        }
    }
    *pending_slot(join, key) = (struct pending){key, index, flags, time_us};
}

/* A mail came in whose id was named before. */
static void
link_pending(struct join *join, const struct event *event, uint32_t index, int64_t time_us)
{
    uint64_t key = live_key(host_name(join, event->host), event->queue_id);
    struct pending *pending = pending_slot(join, key);

    if (pending->key != key || time_us - pending->time_us > REINJECT_AGE_US ||
        pending->parent == index)
        return;
    if (same_mail(ledger_mail(join->ledger, pending->parent), ledger_mail(join->ledger, index)))
        set_parent(join, pending->parent, index, pending->flags);
    pending->key = 0;
}

/* --- qmail: what a line leaves unsaid is found by a number --- */

static struct numbers *
numbers_of(struct join *join)
{
    if (!join->numbers)
        join->numbers = numbers_new();
    return join->numbers;
}

/* Mail `index` had a process queue another: a notice about it, or its forward. */
static void
expect_queued(struct join *join, const struct event *event, uint32_t index, struct str process,
              uint32_t flags, int64_t time_us)
{
    uint32_t host = host_name(join, event->host);
    struct number *number = numbers_find(numbers_of(join), NUMBER_QUEUED, host, process);

    if (number && time_us - number->time_us < REINJECT_AGE_US && number->mail != index &&
        number->time_us + SECOND_US >= ledger_mail(join->ledger, index)->time_us) {
        set_parent(join, index, number->mail, flags);
        return;
    }
    number = numbers_put(join->numbers, NUMBER_EXPECTED, host, process);
    number->mail = index;
    number->flags = flags;
    number->time_us = time_us;
}

/* A mail came in and names the process that queued it: was it expected? */
static void
link_queued(struct join *join, const struct event *event, uint32_t index, int64_t time_us)
{
    uint32_t host = host_name(join, event->host);
    struct number *number = numbers_find(numbers_of(join), NUMBER_EXPECTED, host, event->session);
    struct mail *mail = ledger_mail(join->ledger, index);

    if (number && time_us - number->time_us < REINJECT_AGE_US) {
        set_parent(join, number->mail, index, number->flags);
        if (number->flags == 0)
            mail->identity = ledger_add_identity(join->ledger, IDENTITY_MTA, STR_EMPTY, -1);
        number->key = 0;
    }
    number = numbers_put(join->numbers, NUMBER_QUEUED, host, event->session);
    number->mail = index;
    number->time_us = time_us;
}

/* --- mail events --- */

static void
set_identity(struct join *join, struct mail *mail, enum identity_kind kind, struct str name,
             int64_t uid)
{
    mail->identity = ledger_add_identity(join->ledger, kind, name, uid);
}

/* Who sent it: behind a filter that speaks XFORWARD not the filter, but its client. */
static struct str
client_of(const struct event_accept *accept)
{
    struct str client = accept->original_client;

    (void)str_cut(&client, '[');
    client = str_cut(&client, ']');
    return client.len && known_loopback(accept->client_address) ? client : accept->client_address;
}

static void
identify(struct join *join, struct mail *mail, const struct event *event, int64_t time_us)
{
    const struct event_accept *accept = &event->accept;
    const struct session *session = session_slot(join, session_key(join, event));
    struct str login = accept->login, client = client_of(accept);
    bool is_local = accept->via == ACCEPT_LOCAL;

    if (session->key == session_key(join, event) &&
        (event->session.len || time_us - session->time_us < LOGIN_AGE_US)) {
        if (client.len == 0 || event->session.len == 0) {
            if (login.len == 0)
                login = ledger_name(join->ledger, session->login);
        }
        if (client.len == 0) {
            client = ledger_name(join->ledger, session->client);
            is_local = is_local || session->is_local;
        }
    }
    if (client.len)
        mail->client = table_add(join->ledger->names, client);
    if (mail->mta == MTA_QMAIL && accept->uid >= 0 && accept->uid == join->smtp_uid)
        return; /* over SMTP, and no line says from where */
    if (accept->via == ACCEPT_NOTICE)
        set_identity(join, mail, IDENTITY_MTA, STR_EMPTY, -1);
    else if (login.len)
        set_identity(join, mail, IDENTITY_LOGIN, login, -1);
    else if (is_local)
        set_identity(join, mail, IDENTITY_USER, accept->uid >= 0 ? STR_EMPTY : accept->user,
                     accept->uid);
    else if (known_loopback(client))
        set_identity(join, mail, IDENTITY_LOOPBACK, STR_EMPTY, -1);
    else if (client.len)
        set_identity(join, mail, IDENTITY_CLIENT, client, -1);
    if (accept->uid >= 0 && accept->user.len)
        ledger_set_pair(join->ledger, 'u', (uint32_t)accept->uid, 0,
                        table_add(join->ledger->names, accept->user));
}

static void
on_command(struct join *join, const struct event *event, int64_t time_us)
{
    join->commands[join->command_count++ % COMMAND_SLOTS] = (struct command){
        .time_us = time_us,
        .pid = event->pid,
        .folder = table_add(join->ledger->names, event->command.directory),
        .is_waiting = true,
    };
}

/*
 * The command that handed a mail in: the one of its process, where the log states
 * processes. Else the last one, and of others that wait nobody can tell.
 */
static struct command *
find_command(struct join *join, int64_t pid, int64_t time_us)
{
    for (uint32_t i = 1; i <= COMMAND_SLOTS; i++) {
        struct command *command = &join->commands[(join->command_count - i) % COMMAND_SLOTS];

        if (command->time_us > time_us || time_us - command->time_us > COMMAND_AGE_US)
            return NULL;
        if (command->is_waiting && (command->pid < 0 || pid < 0 || command->pid == pid))
            return command;
    }
    return NULL;
}

static void
take_command(struct join *join, struct mail *mail, const struct event *event, int64_t time_us)
{
    struct command *command;

    if (event->accept.via != ACCEPT_LOCAL)
        return;
    command = find_command(join, event->pid, time_us);
    if (!command)
        return;
    command->is_waiting = false;
    if (command->folder) {
        mail->script = command->folder;
        mail->flags |= MAIL_SCRIPT_IS_FOLDER | MAIL_STATED;
    }
}

static uint32_t
low_hash(struct str text)
{
    return text.len ? (uint32_t)str_hash(text) | 1 : 0;
}

/* The same line twice: a rotated copy overlaps. An id that is used again has another origin. */
static bool
is_copy(struct join *join, const struct live_entry *entry, const struct event *event,
        int64_t time_us)
{
    const struct mail *mail = ledger_mail(join->ledger, entry->mail);
    const struct identity *identity = ledger_identity(join->ledger, mail->identity);
    const struct event_accept *accept = &event->accept;

    return mail->identity && mail->time_us == time_us &&
           entry->instance == instance_name(join, event->instance) &&
           (accept->uid < 0 || identity->uid < 0 || accept->uid == identity->uid) &&
           (accept->client_address.len == 0 ||
            str_eq(client_of(accept), ledger_name(join->ledger, mail->client)));
}

/* "NOQUEUE: client=": the filter's answer will tell under which id the message comes in again. */
static void
on_proxy_client(struct join *join, const struct event *event, int64_t time_us)
{
    uint64_t key = proxy_key(join, event);

    *session_slot(join, key) = (struct session){
        .key = key,
        .time_us = time_us,
        .client = table_add(join->ledger->names, str_first(event->accept.client_address, 255)),
        .login = table_add(join->ledger->names, str_first(event->accept.login, 255)),
    };
}

/* It came in again from the filter, which does not tell who was logged in. */
static void
on_proxied(struct join *join, const struct event *event, int64_t time_us)
{
    uint64_t key = proxy_key(join, event);
    const struct session *session = session_slot(join, key);
    struct str login = ledger_name(join->ledger, session->login);
    struct event inner = *event;
    struct live_entry *entry;
    struct mail *mail;

    inner.queue_id = event->delivery.next_id;
    entry = find_entry(join, &inner);
    if (!entry || session->key != key || time_us - session->time_us > REINJECT_AGE_US)
        return;
    mail = ledger_mail(join->ledger, entry->mail);
    mail->client = session->client;
    if (login.len == 0 || ledger_identity(join->ledger, mail->identity)->kind == IDENTITY_LOGIN)
        return;
    ledger_identity(join->ledger, mail->identity)->mails--;
    set_identity(join, mail, IDENTITY_LOGIN, login, -1);
    ledger_identity(join->ledger, mail->identity)->mails++;
}

static void
on_accept(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    const struct event_accept *accept = &event->accept;
    struct live_entry *entry = find_entry(join, event);
    uint32_t index = join->ledger->mails.count;
    struct mail *mail;

    if (event->queue_id.len == 0) {
        on_proxy_client(join, event, time_us);
        return;
    }
    if (entry && is_copy(join, entry, event, time_us))
        return;
    mail = add_mail(join, event, time_us, place);
    if (!mail)
        return;
    identify(join, mail, event, time_us);
    if (mail->mta == MTA_QMAIL)
        link_queued(join, event, index, time_us);
    ledger_identity(join->ledger, mail->identity)->mails++;
    take_command(join, mail, event, time_us);
    mail->message_id = accept->message_id.len ? str_hash(accept->message_id) : 0;
    mail->subject = low_hash(accept->subject);
    set_size(mail, accept->size);
    if (accept->has_sender)
        set_sender(join, mail, accept->sender);
    if (accept->recipients.len) {
        struct str rest = accept->recipients;

        mail->recipient = address_hash(join, str_cut(&rest, ' '), &mail->recipient_domain);
    }
    if (accept->original_id.len || accept->parent_id.len) {
        struct str id = accept->parent_id.len ? accept->parent_id : accept->original_id;
        struct live_entry *parent =
            live_find(join->live, live_key(host_name(join, event->host), id),
                      instance_name(join, event->instance));

        if (parent && parent->mail != index)
            set_parent(join, parent->mail, index, accept->parent_id.len ? 0 : MAIL_DUPLICATE);
    }
    link_pending(join, event, index, time_us);
}

/*
 * OpenSMTPD hands its own bounces in as sendmail(1) does, from <> and without a word
 * about what they are about. One is believed to be such where it goes to the sender of
 * a mail that has just failed.
 */
static void
find_bounced(struct join *join, uint32_t index, uint64_t recipient, int64_t time_us)
{
    struct mail *mail = ledger_mail(join->ledger, index);
    const struct failure *failure = &join->failures[recipient & (FAILURE_SLOTS - 1)];
    struct identity *identity = ledger_identity(join->ledger, mail->identity);

    if (recipient == 0 || failure->sender != recipient || failure->mail == index ||
        time_us - failure->time_us > REINJECT_AGE_US || identity->kind != IDENTITY_USER)
        return;
    identity->mails--;
    set_identity(join, mail, IDENTITY_MTA, STR_EMPTY, -1);
    ledger_identity(join->ledger, mail->identity)->mails++;
    set_parent(join, failure->mail, index, 0);
}

static void
on_queued(struct join *join, uint32_t index, const struct event *event, int64_t time_us)
{
    struct mail *mail = ledger_mail(join->ledger, index);
    uint32_t domain;

    if (mail->flags & MAIL_QUEUED_SEEN)
        return;
    if (mail->mta == MTA_OPENSMTPD && event->queued.sender.len == 0)
        find_bounced(join, index, address_hash(join, event->queued.recipient, &domain), time_us);
    set_sender(join, mail, event->queued.sender);
    set_size(mail, event->queued.size);
}

/* What the last attempt for this recipient came to; NO_DELIVERY for a new recipient. */
static uint32_t
find_delivery(const struct ledger *ledger, const struct mail *mail, uint64_t recipient)
{
    uint32_t at = mail->last_delivery;

    for (int steps = 0; at != NO_DELIVERY && steps < CHAIN_STEPS_MAX; steps++) {
        const struct delivery *delivery = ledger_delivery(ledger, at);

        if (delivery->recipient == recipient)
            return at;
        at = delivery->previous;
    }
    return NO_DELIVERY;
}

static void
count_status(struct mail *mail, unsigned status, int step)
{
    if (status == DELIVERY_SENT)
        mail->sent = (uint16_t)(mail->sent + step);
    else if (status == DELIVERY_DEFERRED)
        mail->deferred = (uint16_t)(mail->deferred + step);
    else if (status == DELIVERY_BOUNCED)
        mail->bounced = (uint16_t)(mail->bounced + step);
}

/* Files the attempt; true when it is a recipient that was not seen before. */
static bool
file_delivery(struct ledger *ledger, struct mail *mail, uint32_t index, uint64_t recipient,
              unsigned status)
{
    uint32_t at = find_delivery(ledger, mail, recipient);
    struct delivery *delivery;

    if (at != NO_DELIVERY) {
        delivery = ledger_delivery(ledger, at);
        count_status(mail, delivery->status, -1);
        count_status(mail, status, 1);
        delivery->status = status & 3;
        return false;
    }
    at = ledger->deliveries.count;
    delivery = vec_add(&ledger->deliveries);
    if (delivery) {
        *delivery =
            (struct delivery){recipient, index, mail->last_delivery & 0x3FFFFFFF, status & 3};
        mail->last_delivery = at;
    }
    count_status(mail, status, 1);
    return true;
}

static void
read_reply(struct mail *mail, const struct event_delivery *delivery)
{
    if (delivery->status == DELIVERY_SENT || delivery->status == DELIVERY_OTHER)
        return;
    if (delivery->status == DELIVERY_BOUNCED &&
        known_unknown_recipient(delivery->dsn, delivery->reply) && mail->unknown < UINT16_MAX)
        mail->unknown++;
    else if (known_spam_reply(delivery->reply))
        mail->flags |= MAIL_SPAM_REJECTED;
}

static void
set_direction(struct join *join, struct mail *mail, const struct event_delivery *delivery,
              uint32_t domain)
{
    if (delivery->is_local) {
        mail->flags |= MAIL_LOCAL;
        if (delivery->status == DELIVERY_SENT && !delivery->original_recipient.len)
            ledger_set_local_domain(join->ledger, domain);
    } else if (known_loopback(delivery->relay_address)) {
        mail->flags |= MAIL_LOOPBACK_RELAY;
    } else if (delivery->relay_address.len ||
               (domain && !ledger_is_local_domain(join->ledger, domain))) {
        mail->flags |= MAIL_OUTGOING;
        if (delivery->original_recipient.len)
            mail->flags |= MAIL_ALIASED;
    }
}

/* Who a delivery is for. */
struct target {
    uint64_t recipient; /* hash */
    uint32_t domain;    /* name */
};

static void
take_delivery(struct join *join, uint32_t index, const struct event *event, struct target target,
              int64_t time_us, struct place place)
{
    const struct event_delivery *delivery = &event->delivery;
    struct mail *mail = ledger_mail(join->ledger, index);
    bool is_failure = delivery->status == DELIVERY_BOUNCED;
    bool is_spam = (mail->flags & MAIL_SPAM_REJECTED) != 0;

    if (delivery->status == DELIVERY_OTHER)
        return;
    if (mail->recipient == 0) {
        mail->recipient = target.recipient;
        mail->recipient_domain = target.domain;
    }
    if (mail->delivery.line == 0 || (is_failure && mail->bounced == 0 && !is_spam))
        mail->delivery = place;
    if (mail->mta == MTA_OPENSMTPD && mail->sender && delivery->status != DELIVERY_SENT)
        join->failures[mail->sender & (FAILURE_SLOTS - 1)] =
            (struct failure){mail->sender, time_us, index};
    (void)file_delivery(join->ledger, mail, index, target.recipient, (unsigned)delivery->status);
    read_reply(mail, delivery);
    if (!is_spam && (mail->flags & MAIL_SPAM_REJECTED))
        mail->delivery = place;
    set_direction(join, mail, delivery, target.domain);
    if (mail->identity == 0 && delivery->controller_uid >= 0) {
        set_identity(join, mail, IDENTITY_USER, STR_EMPTY, delivery->controller_uid);
        ledger_set_pair(join->ledger, 'u', (uint32_t)delivery->controller_uid, 0,
                        table_add(join->ledger->names, delivery->controller));
    }
    if (delivery->next_id.len && mail->mta == MTA_QMAIL)
        expect_queued(join, event, index, delivery->next_id, MAIL_FORWARD, time_us);
    else if (delivery->next_id.len)
        link_next(join, event, index, time_us);
}

static void
on_delivery(struct join *join, uint32_t index, const struct event *event, int64_t time_us,
            struct place place)
{
    struct target target;

    target.recipient = address_hash(join, event->delivery.recipient, &target.domain);
    take_delivery(join, index, event, target, time_us, place);
}

/* qmail begins an attempt, and says how it ended in a line with no more than its number. */
static void
on_started(struct join *join, uint32_t index, const struct event *event, int64_t time_us)
{
    struct number *number =
        numbers_put(numbers_of(join), NUMBER_ATTEMPT, host_name(join, event->host), event->session);

    number->mail = index;
    number->time_us = time_us;
    number->recipient = address_hash(join, event->delivery.recipient, &number->domain);
    number->is_local = event->delivery.is_local;
}

static void
on_ended(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    struct number *number = numbers_find(numbers_of(join), NUMBER_ATTEMPT,
                                         host_name(join, event->host), event->session);
    struct event whole = *event;

    if (!number)
        return;
    number->key = 0;
    whole.delivery.is_local = number->is_local;
    take_delivery(join, number->mail, &whole, (struct target){number->recipient, number->domain},
                  time_us, place);
}

static void
on_notice(struct join *join, uint32_t parent, const struct event *event, int64_t time_us,
          struct place place)
{
    struct event child_event = *event;
    struct mail *child;
    uint32_t index;

    if (mta_of(event->program) == MTA_QMAIL) {
        expect_queued(join, event, parent, event->notice.child_id, 0, time_us);
        return;
    }
    child_event.queue_id = event->notice.child_id;
    child = mail_of(join, &child_event, time_us, place, &index);
    if (!child)
        return;
    if (child->identity == 0)
        set_identity(join, child, IDENTITY_MTA, STR_EMPTY, -1);
    set_parent(join, parent, index, 0);
}

static void
on_header(struct join *join, struct mail *mail, const struct event *event)
{
    const struct event_header *header = &event->header;

    if (str_eq_nocase(header->name, STR("Subject"))) {
        mail->subject = low_hash(header->value);
    } else if (str_eq_nocase(header->name, STR("X-PHP-Originating-Script"))) {
        struct str value = header->value, uid = str_cut(&value, ':');
        uint64_t number;

        if (value.len && str_u64(str_trim(uid), &number)) {
            value = str_first(value, str_find(value, STR("(")));
            mail->script = table_add(join->ledger->names, str_trim(value));
            mail->flags |= MAIL_STATED;
        }
    }
}

static void
on_mail_event(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    uint32_t index;
    struct mail *mail = mail_of(join, event, time_us, place, &index);

    if (!mail)
        return;
    if (event->kind == EVENT_MESSAGE_ID) {
        if (mail->message_id == 0 && event->message_id.id.len)
            mail->message_id = str_hash(event->message_id.id);
        if (mail->identity == 0 && mail->parent == NO_MAIL)
            link_pending(join, event, index, time_us);
    } else if (event->kind == EVENT_QUEUED) {
        on_queued(join, index, event, time_us);
    } else if (event->kind == EVENT_DELIVERY) {
        on_delivery(join, index, event, time_us, place);
    } else if (event->kind == EVENT_STARTED) {
        on_started(join, index, event, time_us);
    } else if (event->kind == EVENT_NOTICE) {
        on_notice(join, index, event, time_us, place);
    } else if (event->kind == EVENT_HEADER) {
        on_header(join, mail, event);
    } else if (event->kind == EVENT_HOLD) {
        mail->flags |= MAIL_HELD;
    } else if (event->kind == EVENT_REMOVED) {
        mail->flags |= MAIL_REMOVED;
        live_close(join->live, find_entry(join, event));
    }
}

/* --- everything else --- */

static void
on_session(struct join *join, const struct event *event, int64_t time_us)
{
    uint64_t key = session_key(join, event);

    *session_slot(join, key) = (struct session){
        .key = key,
        .time_us = time_us,
        .client = table_add(join->ledger->names, event->session_start.client_address),
        .is_local = event->session_start.is_local,
    };
}

/* Files the tries that the event tells of. */
static void
add_login(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    const struct event_login *what = &event->login;
    struct login *login = ledger_add_login(join->ledger, what);

    if (!login)
        return;
    if (login->attempts == 0 || time_us < login->time_us) {
        login->time_us = time_us;
        login->place = place;
    }
    if (time_us > login->last_us)
        login->last_us = time_us;
    login->attempts += what->attempts * event->repeats;
}

static void
on_login(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    const struct event_login *what = &event->login;

    add_login(join, event, time_us, place);
    if (what->is_success && str_eq(what->service, STR("sftp"))) {
        uint64_t key = sftp_key(join, event);

        *session_slot(join, key) = (struct session){
            .key = key,
            .time_us = time_us,
            .login = table_add(join->ledger->names, str_first(what->user, 255)),
            .client = table_add(join->ledger->names, str_first(what->client, 255)),
        };
        return;
    }
    /* OpenSMTPD and Sendmail log the login apart from the mail. */
    if (what->is_success && (event->session.len || mta_of(event->program) == MTA_SENDMAIL)) {
        uint64_t key = session_key(join, event);
        struct session *session = session_slot(join, key);

        if (session->key != key)
            *session = (struct session){.key = key};
        session->time_us = time_us;
        session->login = table_add(join->ledger->names, str_first(what->user, 255));
        if (what->client.len)
            session->client = table_add(join->ledger->names, str_first(what->client, 255));
    }
}

static void
on_upload(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    struct login *login = vec_add(&join->ledger->logins);
    const struct session *session = session_slot(join, sftp_key(join, event));

    if (!login)
        return;
    login->time_us = login->last_us = time_us;
    login->place = place;
    login->user = table_add(join->ledger->names, str_first(event->upload.user, 255));
    login->client = table_add(join->ledger->names, str_first(event->upload.client, 255));
    login->service = table_add(join->ledger->names, event->upload.service);
    login->path = table_add(join->ledger->names, str_first(event->upload.path, 4096));
    login->attempts = 1;
    login->is_success = true;
    login->is_upload = true;
    if (event->upload.user.len == 0 && session->key == sftp_key(join, event)) {
        login->user = session->login;
        login->client = session->client;
    }
}

static void
on_refused(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    const struct event_refused *refused = &event->refused;
    uint32_t index;

    if (refused->is_relay_denied)
        join->ledger->refusals.relay_denied += event->repeats;
    if (refused->sender.len == 0 && refused->recipient.len)
        join->ledger->refusals.null_sender += event->repeats;
    if (refused->is_auth_failure) {
        struct event login = *event;

        login.kind = EVENT_LOGIN;
        login.session = STR_EMPTY;
        login.login = (struct event_login){.service = STR("smtp"),
                                           .user = refused->login,
                                           .client = refused->client_address,
                                           .attempts = 1};
        join->ledger->refusals.auth += event->repeats;
        on_login(join, &login, time_us, place);
    }
    /* A milter's no to a mail that has an id: it will not go out. */
    if (event->queue_id.len) {
        struct live_entry *entry = find_entry(join, event);

        if (entry && !entry->is_closed) {
            index = entry->mail;
            ledger_mail(join->ledger, index)->flags |= MAIL_REMOVED;
            live_close(join->live, entry);
        }
    }
}

static struct str
first_address(struct str to)
{
    struct str first = str_cut(&to, ',');
    size_t open = str_index(first, '<');

    if (open < first.len) {
        first = str_from(first, open + 1);
        first = str_first(first, str_index(first, '>'));
    }
    return str_trim(first);
}

static void
on_php_mail(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    const struct event_php_mail *php = &event->php_mail;
    struct call *call = vec_add(&join->ledger->calls);
    uint32_t domain;

    if (!call)
        return;
    call->time_us = time_us;
    call->place = place;
    call->recipient = address_hash(join, first_address(php->recipients), &domain);
    call->script = table_add(join->ledger->names, str_first(php->script, 4096));
    call->line = (uint16_t)php->line;
    call->subject = low_hash(php->subject);
    call->headers = low_hash(php->headers);
    call->mail = NO_MAIL;
    call->is_eval = php->is_eval;
    call->is_registration = known_registration_subject(php->subject);
}

static void
on_redirect(struct join *join, const struct event *event, int64_t time_us)
{
    struct redirect *redirect = vec_add(&join->ledger->redirects);

    if (!redirect)
        return;
    redirect->time_us = time_us;
    redirect->message_id =
        event->redirect.message_id.len ? str_hash(event->redirect.message_id) : 0;
}

void
join_event(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    switch (event->kind) {
    case EVENT_ACCEPT:
        on_accept(join, event, time_us, place);
        break;
    case EVENT_MESSAGE_ID:
    case EVENT_QUEUED:
    case EVENT_STARTED:
    case EVENT_NOTICE:
    case EVENT_REMOVED:
    case EVENT_HOLD:
    case EVENT_HEADER:
        on_mail_event(join, event, time_us, place);
        break;
    case EVENT_DELIVERY:
        if (event->queue_id.len == 0 && event->session.len)
            on_ended(join, event, time_us, place);
        else if (event->queue_id.len == 0)
            on_proxied(join, event, time_us);
        else
            on_mail_event(join, event, time_us, place);
        break;
    case EVENT_REFUSED:
        on_refused(join, event, time_us, place);
        break;
    case EVENT_COMMAND:
        on_command(join, event, time_us);
        break;
    case EVENT_SESSION:
        on_session(join, event, time_us);
        break;
    case EVENT_LOGIN:
        on_login(join, event, time_us, place);
        break;
    case EVENT_UPLOAD:
        on_upload(join, event, time_us, place);
        break;
    case EVENT_PHP_MAIL:
        on_php_mail(join, event, time_us, place);
        break;
    case EVENT_REDIRECT:
        on_redirect(join, event, time_us);
        break;
    case EVENT_GAP:
        join->ledger->gap_lines += event->gap.lost ? event->gap.lost : 1;
        break;
    case EVENT_UNKNOWN:
    case EVENT_NONE:
    case EVENT_REPEAT:
    case EVENT_REQUEST:
        break;
    }
}

void
join_expect(const struct join *join, const struct event *event, bool is_near)
{
    uint64_t key = live_key(join->host.name, event->queue_id);
    uint32_t mail;

    if (!is_near)
        live_expect(join->live, key);
    else if (live_peek(join->live, key, &mail))
        __builtin_prefetch(ledger_mail(join->ledger, mail), 1);
    if (!is_near && event->kind == EVENT_ACCEPT)
        __builtin_prefetch(&join->pending[key & (PENDING_SLOTS - 1)], 1);
}

/* A mail handed to loopback that never came back: a smarthost or tunnel took it away. */
static void
decide_loopback(struct ledger *ledger, struct mail *mail)
{
    if (!(mail->flags & MAIL_LOOPBACK_RELAY) || (mail->flags & MAIL_HAS_CHILD))
        return;
    if (ledger_is_local_domain(ledger, mail->recipient_domain))
        mail->flags |= MAIL_LOCAL;
    else
        mail->flags |= MAIL_OUTGOING;
}

void
join_finish(struct join *join)
{
    struct ledger *ledger = join->ledger;

    for (uint32_t i = 0; i < ledger->mails.count; i++)
        decide_loopback(ledger, ledger_mail(ledger, i));
}
