#include "mailflow.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))
#define SECOND_US INT64_C(1000000)
#define LINE_MAX_BYTES 2048

struct message {
    int64_t at_us; /* the moment of the line written last */
    char id[24];
    char message_id[160];
    char sender[WORLD_NAME_MAX];
    char recipients[MAILFLOW_RECIPIENTS_MAX][WORLD_NAME_MAX];
    uint32_t recipient_count;
    uint32_t size_bytes;
};

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static void log_line(struct mailflow *flow, int64_t at_us, const char *tag, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void
log_line(struct mailflow *flow, int64_t at_us, const char *tag, const char *format, ...)
{
    char line[LINE_MAX_BYTES];
    time_t seconds = (time_t)(at_us / SECOND_US);
    struct tm tm;
    va_list arguments;
    int len;

    (void)gmtime_r(&seconds, &tm);
    if (flow->is_iso)
        len = snprintf(line, sizeof(line),
                       "%04d-%02d-%02dT%02d:%02d:%02d.%06d+00:00 %s %s: ", tm.tm_year + 1900,
                       tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                       (int)(at_us % SECOND_US), WORLD_HOST, tag);
    else
        len = snprintf(line, sizeof(line), "%s %2d %02d:%02d:%02d %s %s: ", months[tm.tm_mon],
                       tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, WORLD_HOST, tag);
    va_start(arguments, format);
    len += vsnprintf(line + len, sizeof(line) - (size_t)len, format, arguments);
    va_end(arguments);
    if (len >= (int)sizeof(line))
        len = (int)sizeof(line) - 1;
    spool_add(flow->mail, at_us, line, len);
}

#define TAG_MAX 64

/* "postfix/smtpd[31234]": a daemon has a few processes at a time, and new ones every hour. */
static const char *
tag_of(struct mailflow *flow, char text[TAG_MAX], const char *program, int64_t at_us,
       uint32_t processes)
{
    uint32_t pid = 1200 + (uint32_t)(at_us / (3600 * SECOND_US) % 168) * 180 +
                   (uint32_t)strlen(program) * 7 + dice_below(flow->dice, processes);

    (void)snprintf(text, TAG_MAX, "%s[%u]", program, (unsigned)pid);
    return text;
}

/* A line of any process of that daemon; where a session stays with one, log_line has its tag. */
#define LOG(flow, at_us, program, processes, ...)                                                  \
    do {                                                                                           \
        char tag_[TAG_MAX];                                                                        \
        log_line((flow), (at_us), tag_of((flow), tag_, (program), (at_us), (processes)),           \
                 __VA_ARGS__);                                                                     \
    } while (0)

/* Base 52 and 51 as Postfix writes long queue ids: digits and consonants. */
static void
write_base(uint64_t value, uint32_t base, uint32_t width, char **at)
{
    static const char digits[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    char reversed[24];
    uint32_t len = 0;

    while (value || len < width) {
        reversed[len++] = digits[value % base];
        value /= base;
    }
    while (len)
        *(*at)++ = reversed[--len];
    **at = '\0';
}

static void
new_id(struct mailflow *flow, int64_t at_us, char id[24])
{
    uint32_t inode = 0x164560 + dice_below(flow->dice, 400);
    char *at = id;

    flow->messages++;
    if (flow->has_short_ids) {
        (void)snprintf(id, 24, "%05X%X", (unsigned)(at_us % SECOND_US), (unsigned)inode);
        return;
    }
    write_base((uint64_t)(at_us / SECOND_US), 52, 6, &at);
    write_base((uint64_t)(at_us % SECOND_US), 52, 4, &at);
    *at++ = 'z';
    write_base(inode, 51, 1, &at);
}

/* As cleanup makes one for mail that has none: the moment in UTC and the queue id. */
static void
own_message_id(struct message *message)
{
    time_t seconds = (time_t)(message->at_us / SECOND_US);
    struct tm tm;

    (void)gmtime_r(&seconds, &tm);
    (void)snprintf(message->message_id, sizeof(message->message_id),
                   "%04d%02d%02d%02d%02d%02d.%s@%s", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                   tm.tm_hour, tm.tm_min, tm.tm_sec, message->id, WORLD_FQDN);
}

static void
step(struct mailflow *flow, struct message *message, int64_t mean_us)
{
    message->at_us += dice_delay_us(flow->dice, mean_us);
}

static void
cleanup(struct mailflow *flow, struct message *message, const char *signing_domain)
{
    step(flow, message, 4000);
    LOG(flow, message->at_us, "postfix/cleanup", 6, "%s: message-id=<%s>", message->id,
        message->message_id);
    if (signing_domain) {
        step(flow, message, 8000);
        LOG(flow, message->at_us, "opendkim", 1, "%s: DKIM-Signature field added (s=mail, d=%s)",
            message->id, signing_domain);
    }
}

static void
queue_active(struct mailflow *flow, struct message *message)
{
    step(flow, message, 3000);
    LOG(flow, message->at_us, "postfix/qmgr", 1, "%s: from=<%s>, size=%u, nrcpt=%u (queue active)",
        message->id, message->sender, (unsigned)message->size_bytes,
        (unsigned)message->recipient_count);
}

static void
queue_removed(struct mailflow *flow, struct message *message)
{
    step(flow, message, 2000);
    LOG(flow, message->at_us, "postfix/qmgr", 1, "%s: removed", message->id);
}

static const char *const bounce_replies[] = {
    "550 5.1.1 <%s>: Recipient address rejected: User unknown in virtual mailbox table",
    "550-5.1.1 The account that you tried to reach does not exist. 550 5.1.1 Please check: <%s>",
    "550 5.2.1 <%s>: Recipient address rejected: mailbox disabled",
    "554 5.7.1 <%s>: Message rejected as spam by content filtering",
};

static const char *const defer_replies[] = {
    "450 4.2.0 <%s>: Recipient address rejected: Greylisted, see our help page for mail servers",
    "452 4.2.2 <%s> mailbox is over quota",
    "421 4.7.0 Try again later, closing connection: too many messages for <%s> in a short time",
};

enum fate {
    FATE_SENT,
    FATE_DEFERRED,
    FATE_BOUNCED,
};

static enum fate
choose_fate(struct mailflow *flow, struct mailflow_fate chances)
{
    double u = dice_unit(flow->dice);

    if (u < chances.bounced)
        return FATE_BOUNCED;
    return u < chances.bounced + chances.deferred ? FATE_DEFERRED : FATE_SENT;
}

static void
try_recipient(struct mailflow *flow, struct message *message, const char *recipient, enum fate fate)
{
    static const char *const words[] = {"sent", "deferred", "bounced"};
    static const char *const codes[] = {"2.0.0", "4.2.0", "5.1.1"};
    char reply[320], queue_id[16], delays[96], tag[TAG_MAX];
    struct peer server;
    double total = (double)(300 + dice_below(flow->dice, 2500)) / 1000;

    world_mail_server(flow->dice, &server);
    (void)tag_of(flow, tag, "postfix/smtp", message->at_us, 14);
    step(flow, message, 150000);
    if (dice_chance(flow->dice, 0.7))
        log_line(flow, message->at_us, tag,
                 "Untrusted TLS connection established to %s[%s]:25: TLSv1.3 with cipher "
                 "TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature "
                 "RSA-PSS (2048 bits) server-digest SHA256",
                 server.host, server.address);
    (void)snprintf(delays, sizeof(delays), "delay=%.2g, delays=%.2g/0.01/%.2g/%.2g", total,
                   total * 0.1, total * 0.4, total * 0.5);
    if (fate == FATE_SENT) {
        world_hex(flow->dice, 10, queue_id);
        (void)snprintf(reply, sizeof(reply), "250 2.0.0 Ok: queued as %s", queue_id);
    } else {
        const char *format = fate == FATE_BOUNCED
                                 ? bounce_replies[dice_skewed(flow->dice, COUNT(bounce_replies))]
                                 : defer_replies[dice_below(flow->dice, COUNT(defer_replies))];
        const char *hole = strstr(format, "%s");

        (void)snprintf(reply, sizeof(reply),
                       "host %s[%s] said: %.*s%s%s (in reply to RCPT TO command)", server.host,
                       server.address, (int)(hole - format), format, recipient, hole + 2);
    }
    log_line(flow, message->at_us, tag, "%s: to=<%s>, relay=%s[%s]:25, %s, dsn=%s, status=%s (%s)",
             message->id, recipient, server.host, server.address, delays, codes[fate], words[fate],
             reply);
}

static void
deliver_here(struct mailflow *flow, struct message *message, const char *recipient)
{
    char session[20];

    step(flow, message, 30000);
    world_hex(flow->dice, 18, session);
    LOG(flow, message->at_us, "dovecot", 1,
        "lmtp(%s)<%u><%s>: sieve: msgid=<%s>: stored mail into mailbox 'INBOX'", recipient,
        1200 + (unsigned)dice_below(flow->dice, 30000), session, message->message_id);
    step(flow, message, 4000);
    LOG(flow, message->at_us, "postfix/lmtp", 4,
        "%s: to=<%s>, relay=%s[private/dovecot-lmtp], delay=0.3, delays=0.2/0.01/0.02/0.07, "
        "dsn=2.0.0, status=sent (250 2.0.0 <%s> %s Saved)",
        message->id, recipient, WORLD_FQDN, recipient, session);
}

/* The MTA tells the sender that a recipient could not be reached. */
static void
write_bounce(struct mailflow *flow, struct message *message)
{
    struct message notice = {.at_us = message->at_us, .recipient_count = 1};

    if (!message->sender[0])
        return;
    step(flow, &notice, 3000);
    new_id(flow, notice.at_us, notice.id);
    notice.size_bytes = message->size_bytes + 2400;
    own_message_id(&notice);
    cleanup(flow, &notice, NULL);
    LOG(flow, notice.at_us, "postfix/bounce", 2, "%s: sender non-delivery notification: %s",
        message->id, notice.id);
    queue_active(flow, &notice);
    message->at_us = notice.at_us;
    deliver_here(flow, &notice, message->sender);
    queue_removed(flow, &notice);
}

/* From "queue active" to "removed": at most four attempts. */
static void
deliver_abroad(struct mailflow *flow, struct message *message, struct mailflow_fate chances)
{
    bool is_waiting[MAILFLOW_RECIPIENTS_MAX], has_bounced = false, waits = true;
    int64_t wait_us = 300 * SECOND_US;

    memset(is_waiting, 1, sizeof(is_waiting));
    for (uint32_t attempt = 0; waits && attempt < 4; attempt++) {
        waits = false;
        if (attempt) {
            message->at_us += wait_us + dice_delay_us(flow->dice, 60 * SECOND_US);
            wait_us *= 2;
            chances.deferred = 0.4;
        }
        queue_active(flow, message);
        for (uint32_t i = 0; i < message->recipient_count; i++) {
            enum fate fate = choose_fate(flow, chances);

            if (!is_waiting[i])
                continue;
            if (attempt == 3 && fate == FATE_DEFERRED)
                fate = FATE_BOUNCED;
            try_recipient(flow, message, message->recipients[i], fate);
            is_waiting[i] = fate == FATE_DEFERRED;
            waits = waits || is_waiting[i];
            has_bounced = has_bounced || fate == FATE_BOUNCED;
        }
    }
    if (has_bounced)
        write_bounce(flow, message);
    queue_removed(flow, message);
}

static uint32_t
any_size(struct mailflow *flow)
{
    return 900 + (uint32_t)(dice_delay_us(flow->dice, 24000) % 20000000);
}

static void
foreign_message_id(struct mailflow *flow, const char *sender, char text[160])
{
    const char *domain = strchr(sender, '@');
    char hex[40];

    world_hex(flow->dice, 32, hex);
    (void)snprintf(text, 160, "%.8s-%.4s-%.4s-%.4s-%.12s%s", hex, hex + 8, hex + 12, hex + 16,
                   hex + 20, domain ? domain : "@mail.example");
}

static void
log_tls(struct mailflow *flow, struct message *message, const char *tag, const struct peer *peer)
{
    step(flow, message, 20000);
    log_line(
        flow, message->at_us, tag,
        "Anonymous TLS connection established from %s[%s]: TLSv1.3 with cipher "
        "TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 "
        "bits) server-digest SHA256",
        peer->host, peer->address);
}

void
mailflow_inbound(struct mailflow *flow, int64_t at_us)
{
    struct message message = {.at_us = at_us, .recipient_count = 1};
    struct peer server;
    uint32_t site = world_any_site(flow->dice), port = 20000 + dice_below(flow->dice, 40000);
    char tag[TAG_MAX];

    (void)tag_of(flow, tag, "postfix/smtpd", at_us, 8);
    world_mail_server(flow->dice, &server);
    world_foreign_address(flow->dice, message.sender);
    world_mailbox(flow->world, site, dice_below(flow->dice, flow->world->sites[site].mailboxes),
                  message.recipients[0]);
    message.size_bytes = any_size(flow);
    foreign_message_id(flow, message.sender, message.message_id);
    LOG(flow, message.at_us, "postfix/postscreen", 1, "CONNECT from [%s]:%u to [192.0.2.10]:25",
        server.address, (unsigned)port);
    step(flow, &message, 2000);
    LOG(flow, message.at_us, "postfix/postscreen", 1, "PASS OLD [%s]:%u", server.address,
        (unsigned)port);
    step(flow, &message, 3000);
    log_line(flow, message.at_us, tag, "connect from %s[%s]", server.host, server.address);
    if (dice_chance(flow->dice, 0.8))
        log_tls(flow, &message, tag, &server);
    step(flow, &message, 60000);
    new_id(flow, message.at_us, message.id);
    log_line(flow, message.at_us, tag, "%s: client=%s[%s]", message.id, server.host,
             server.address);
    cleanup(flow, &message, NULL);
    step(flow, &message, 20000);
    LOG(flow, message.at_us, "opendkim", 1, "%s: %s [%s] not internal", message.id, server.host,
        server.address);
    LOG(flow, message.at_us, "opendkim", 1, "%s: DKIM verification successful", message.id);
    queue_active(flow, &message);
    log_line(flow, message.at_us, tag,
             "disconnect from %s[%s] ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7",
             server.host, server.address);
    deliver_here(flow, &message, message.recipients[0]);
    queue_removed(flow, &message);
}

void
mailflow_submission(struct mailflow *flow, int64_t at_us, uint32_t site, uint32_t mailbox,
                    const char *client, uint32_t recipients, struct mailflow_fate fate)
{
    struct message message = {.at_us = at_us, .recipient_count = recipients};
    struct peer peer = {.host = "unknown"};
    char tag[TAG_MAX];

    (void)tag_of(flow, tag, "postfix/submission/smtpd", at_us, 6);
    (void)snprintf(peer.address, sizeof(peer.address), "%s", client);
    world_mailbox(flow->world, site, mailbox, message.sender);
    for (uint32_t i = 0; i < recipients; i++)
        world_foreign_address(flow->dice, message.recipients[i]);
    message.size_bytes = any_size(flow);
    foreign_message_id(flow, message.sender, message.message_id);
    log_line(flow, message.at_us, tag, "connect from %s[%s]", peer.host, peer.address);
    log_tls(flow, &message, tag, &peer);
    step(flow, &message, 90000);
    new_id(flow, message.at_us, message.id);
    log_line(flow, message.at_us, tag, "%s: client=%s[%s], sasl_method=PLAIN, sasl_username=%s",
             message.id, peer.host, peer.address, message.sender);
    cleanup(flow, &message, flow->world->sites[site].domain);
    log_line(flow, message.at_us + 40000, tag,
             "disconnect from %s[%s] ehlo=2 starttls=1 auth=1 mail=1 rcpt=%u data=1 quit=1 "
             "commands=%u",
             peer.host, peer.address, (unsigned)recipients, 7 + (unsigned)recipients);
    deliver_abroad(flow, &message, fate);
}

void
mailflow_local(struct mailflow *flow, int64_t at_us, uint32_t site, const char *recipient,
               struct mailflow_fate fate)
{
    struct message message = {.at_us = at_us, .recipient_count = 1};
    const struct site *from = &flow->world->sites[site];

    (void)snprintf(message.sender, sizeof(message.sender), "%s@%s", from->user, WORLD_FQDN);
    if (recipient)
        (void)snprintf(message.recipients[0], WORLD_NAME_MAX, "%s", recipient);
    else
        world_foreign_address(flow->dice, message.recipients[0]);
    message.size_bytes = 400 + dice_below(flow->dice, 5000);
    new_id(flow, message.at_us, message.id);
    own_message_id(&message);
    LOG(flow, message.at_us, "postfix/pickup", 1, "%s: uid=%u from=<%s>", message.id,
        WORLD_UID_FIRST + (unsigned)site, from->user);
    cleanup(flow, &message, NULL);
    if (strstr(message.recipients[0], from->domain)) {
        queue_active(flow, &message);
        deliver_here(flow, &message, message.recipients[0]);
        queue_removed(flow, &message);
        return;
    }
    deliver_abroad(flow, &message, fate);
}

void
mailflow_php(struct mailflow *flow, int64_t at_us, uint32_t site, const char *script,
             const char *recipient, const char *subject, struct mailflow_fate fate)
{
    const struct site *from = &flow->world->sites[site];
    char line[LINE_MAX_BYTES], address[WORLD_NAME_MAX];
    time_t seconds = (time_t)(at_us / SECOND_US);
    struct tm tm;
    int len;

    if (recipient)
        (void)snprintf(address, sizeof(address), "%s", recipient);
    else
        world_foreign_address(flow->dice, address);
    (void)gmtime_r(&seconds, &tm);
    len = snprintf(line, sizeof(line),
                   "[%02d-%s-%04d %02d:%02d:%02d UTC] mail() on [/srv/www/%s%s:%u]: To: %s -- "
                   "Headers: From: no-reply@%s -- Subject: %s",
                   tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
                   tm.tm_sec, from->domain, script, 3 + (unsigned)strlen(script), address,
                   from->domain, subject);
    spool_add(flow->php, at_us, line, len);
    mailflow_local(flow, at_us + dice_delay_us(flow->dice, 25000), site, address, fate);
}

static void
refuse_recipient(struct mailflow *flow, int64_t at_us, const struct peer *peer)
{
    char sender[WORLD_NAME_MAX], recipient[WORLD_NAME_MAX];
    uint32_t site = world_any_site(flow->dice);
    char tag[TAG_MAX];

    (void)tag_of(flow, tag, "postfix/smtpd", at_us, 8);
    world_foreign_address(flow->dice, sender);
    world_mailbox(flow->world, site, dice_below(flow->dice, 32), recipient);
    log_line(flow, at_us, tag, "connect from %s[%s]", peer->host, peer->address);
    at_us += dice_delay_us(flow->dice, 200000);
    if (dice_chance(flow->dice, 0.5))
        log_line(
            flow, at_us, tag,
            "NOQUEUE: reject: RCPT from %s[%s]: 554 5.7.1 Service unavailable; Client host [%s] "
            "blocked using dnsbl.example; listed for spam; from=<%s> to=<%s> proto=ESMTP helo=<%s>",
            peer->host, peer->address, peer->address, sender, recipient, peer->host);
    else
        log_line(
            flow, at_us, tag,
            "NOQUEUE: reject: RCPT from %s[%s]: 550 5.1.1 <%s>: Recipient address rejected: User "
            "unknown in virtual mailbox table; from=<%s> to=<%s> proto=ESMTP helo=<%s>",
            peer->host, peer->address, recipient, sender, recipient, peer->host);
    at_us += dice_delay_us(flow->dice, 200000);
    log_line(flow, at_us, tag,
             "disconnect from %s[%s] ehlo=1 mail=1 rcpt=0/1 data=0/1 rset=1 quit=1 commands=4/6",
             peer->host, peer->address);
}

static void
guess_password(struct mailflow *flow, int64_t at_us, const struct peer *peer)
{
    char tag[TAG_MAX];

    (void)tag_of(flow, tag, "postfix/submission/smtpd", at_us, 6);
    log_line(flow, at_us, tag, "connect from %s[%s]", peer->host, peer->address);
    at_us += dice_delay_us(flow->dice, 900000);
    log_line(flow, at_us, tag, "warning: %s[%s]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
             peer->host, peer->address);
    at_us += dice_delay_us(flow->dice, 200000);
    log_line(flow, at_us, tag, "lost connection after AUTH from %s[%s]", peer->host, peer->address);
    log_line(flow, at_us, tag, "disconnect from %s[%s] ehlo=1 auth=0/1 rset=1 commands=2/3",
             peer->host, peer->address);
}

static void
read_mailbox(struct mailflow *flow, int64_t at_us)
{
    char user[WORLD_NAME_MAX], session[20], client[48];
    uint32_t site = world_any_site(flow->dice);
    uint32_t pid = 1200 + dice_below(flow->dice, 30000);

    world_mailbox(flow->world, site, dice_below(flow->dice, flow->world->sites[site].mailboxes),
                  user);
    world_client(site * 16 + dice_below(flow->dice, 4), client);
    world_hex(flow->dice, 16, session);
    LOG(flow, at_us, "dovecot", 1,
        "imap-login: Login: user=<%s>, method=PLAIN, rip=%s, lip=192.0.2.10, mpid=%u, TLS, "
        "session=<%s>",
        user, client, (unsigned)pid, session);
    at_us += dice_delay_us(flow->dice, 200 * SECOND_US);
    LOG(flow, at_us, "dovecot", 1,
        "imap(%s)<%u><%s>: Disconnected: Logged out in=%u out=%u deleted=0 expunged=0 trashed=0 "
        "hdr_count=%u hdr_bytes=%u body_count=0 body_bytes=0",
        user, (unsigned)pid, session, (unsigned)dice_below(flow->dice, 900),
        (unsigned)dice_below(flow->dice, 90000), (unsigned)dice_below(flow->dice, 20),
        (unsigned)dice_below(flow->dice, 9000));
}

void
mailflow_noise(struct mailflow *flow, int64_t at_us)
{
    struct peer peer;
    uint32_t port = 20000 + dice_below(flow->dice, 40000);
    double u = dice_unit(flow->dice);

    world_mail_server(flow->dice, &peer);
    if (u < 0.40) {
        read_mailbox(flow, at_us);
    } else if (u < 0.58) {
        refuse_recipient(flow, at_us, &peer);
    } else if (u < 0.75) {
        guess_password(flow, at_us, &peer);
    } else if (u < 0.95) {
        LOG(flow, at_us, "postfix/postscreen", 1, "CONNECT from [%s]:%u to [192.0.2.10]:25",
            peer.address, (unsigned)port);
        at_us += dice_delay_us(flow->dice, 2 * SECOND_US);
        LOG(flow, at_us, "postfix/postscreen", 1,
            "HANGUP after 0.2 from [%s]:%u in tests after "
            "SMTP handshake",
            peer.address, (unsigned)port);
        LOG(flow, at_us, "postfix/postscreen", 1, "DISCONNECT [%s]:%u", peer.address,
            (unsigned)port);
    } else {
        LOG(flow, at_us, "postfix/anvil", 1,
            "statistics: max connection rate %u/60s for (smtpd:%s) at Mar  2 10:41:07",
            (unsigned)dice_below(flow->dice, 9) + 1, peer.address);
        LOG(flow, at_us, "postfix/anvil", 1,
            "statistics: max connection count %u for (smtpd:%s) at Mar  2 10:41:07",
            (unsigned)dice_below(flow->dice, 3) + 1, peer.address);
    }
}
