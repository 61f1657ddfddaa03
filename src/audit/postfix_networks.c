/* Whom Postfix trusts by address, and for which domains it relays. */

#include "audit/network_width.h"
#include "audit/postfix_parts.h"

static void
judge_networks(const struct postfix_facts *facts, struct audit *audit)
{
    static const struct {
        enum audit_outcome outcome;
        const char *title;
    } widths[] = {
        [NETWORK_UNREADABLE] = {AUDIT_FINE, "mynetworks names no network of addresses."},
        [NETWORK_OWN] = {AUDIT_FINE, "mynetworks holds own addresses only."},
        [NETWORK_NARROW] = {AUDIT_FINE, "mynetworks is narrow."},
        [NETWORK_SHARED] = {AUDIT_WEAK, "mynetworks holds a network as wide as providers share "
                                        "among many customers."},
        [NETWORK_PROVIDER] = {AUDIT_SERIOUS, "mynetworks holds a provider's whole network."},
        [NETWORK_EVERYBODY] = {AUDIT_CRITICAL, "mynetworks holds the whole internet."},
    };
    const struct setting *setting = settings_find(facts->settings, "mynetworks");
    struct setting_subject subject = postfix_subject(facts);
    struct str value = settings_value(facts->settings, "mynetworks"), widest;
    enum network_width width = network_width_of_list(value, ' ', &widest);
    struct audit_finding *finding;

    if (!setting)
        return;
    finding = audit_add(
        audit,
        (struct audit_finding){
            .area = AUDIT_MTA,
            .check = "postfix-mynetworks",
            .outcome = widths[width].outcome,
            .subject = STR("postfix"),
            .title = str_from_cstr(widths[width].title),
            .place = setting_place(setting, audit->arena),
            .seen = setting_quote(setting, setting->name, value, audit->arena),
            .why = width < NETWORK_SHARED
                       ? STR_EMPTY
                       : STR("Whoever has an address in these networks may send through this "
                             "server without a login; every hacked machine among them will.")});
    if (width >= NETWORK_SHARED)
        audit_fix(audit, finding,
                  setting_fix(facts->settings, &subject, STR("mynetworks"),
                              STR("127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128"), false));
}

/* Without mynetworks, the networks of the interfaces are trusted, as wide as the style says. */
static void
judge_style(const struct postfix_facts *facts, struct audit *audit)
{
    const struct setting *networks = settings_find(facts->settings, "mynetworks"),
                         *style = settings_find(facts->settings, "mynetworks_style");
    struct setting_subject subject = postfix_subject(facts);
    struct audit_finding *finding;

    if ((networks && networks->file.len) || !style || str_eq_nocase(style->value, STR("host")))
        return;
    finding = audit_add(
        audit,
        (struct audit_finding){
            .area = AUDIT_MTA,
            .check = "postfix-mynetworks-style",
            .outcome = str_eq_nocase(style->value, STR("class")) ? AUDIT_SERIOUS : AUDIT_WEAK,
            .subject = STR("postfix"),
            .title = STR("The neighbours of this machine may relay."),
            .place = setting_place(style, audit->arena),
            .seen = setting_quote(style, style->name, style->value, audit->arena),
            .why = STR("At a provider, the subnet is full of machines of others, and a class is "
                       "the provider's whole network.")});
    audit_fix(audit, finding,
              setting_fix(facts->settings, &subject, STR("mynetworks_style"), STR("host"), false));
}

/* "com" in relay_domains stands for every domain below it, too. */
static void
judge_relay_domains(const struct postfix_facts *facts, struct audit *audit)
{
    const struct setting *setting = settings_find(facts->settings, "relay_domains");
    struct str list = setting ? setting->value : STR_EMPTY, word;
    bool has_domain = false;

    while ((word = setting_word(&list)).len) {
        if (str_index_any(word, STR(":/$")) < word.len)
            continue;
        has_domain = true;
        if (str_index(word, '.') == word.len && !str_eq_nocase(word, STR("localhost"))) {
            struct audit_finding *finding = audit_add(
                audit,
                (struct audit_finding){
                    .area = AUDIT_MTA,
                    .check = "postfix-relay-domains",
                    .outcome = AUDIT_SERIOUS,
                    .subject = STR("postfix"),
                    .title = STR("relay_domains holds a whole top-level domain."),
                    .place = setting_place(setting, audit->arena),
                    .seen = setting_quote(setting, setting->name, setting->value, audit->arena),
                    .why = STR("Strangers may send to every domain below it through this "
                               "server.")});

            audit_fix(audit, finding,
                      (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                         .program = AUDIT_PROGRAM_POSTFIX,
                                         .value = STR("Name the domains one by one in "
                                                      "relay_domains.")});
            return;
        }
    }
    if (has_domain && settings_value(facts->settings, "relay_recipient_maps").len == 0) {
        struct audit_finding *finding = audit_add(
            audit, (struct audit_finding){
                       .area = AUDIT_MTA,
                       .check = "postfix-relay-recipients",
                       .outcome = AUDIT_WEAK,
                       .subject = STR("postfix"),
                       .title = STR("Mail for unknown recipients of relayed domains is taken, and "
                                    "bounced later."),
                       .place = setting_place(setting, audit->arena),
                       .seen = setting_quote(setting, setting->name, setting->value, audit->arena),
                       .why = STR("The bounces go to forged senders: backscatter, which "
                                  "blocklists list.")});

        audit_fix(audit, finding,
                  (struct audit_fix){
                      .kind = AUDIT_FIX_TEXT,
                      .program = AUDIT_PROGRAM_POSTFIX,
                      .value = STR("List the recipients in /etc/postfix/relay_recipients, 'address "
                                   "x' a line; then: postmap /etc/postfix/relay_recipients && "
                                   "postconf -e "
                                   "relay_recipient_maps=hash:/etc/postfix/relay_recipients")});
    }
}

/* "127.0.0.1:25" and not "127.0.0.1:2525", on a line that is no comment. */
static bool
hands_on(struct str line)
{
    static const char *const targets[] = {"127.0.0.1:25", "localhost:25", "[::1]:25", "[::1]:smtp",
                                          "127.0.0.1:smtp"};

    if (line.len == 0 || line.data[0] == '#' || line.data[0] == ';' ||
        str_has(line, STR("send-proxy")) || str_has(line, STR("proxy_protocol on")))
        return false;
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        struct str target = str_from_cstr(targets[i]);
        size_t end = str_find(line, target) + target.len;

        if (end <= line.len && (end == line.len || !str_is_digit(line.data[end])))
            return true;
    }
    return false;
}

static bool
trusts_loopback(const struct postfix_facts *facts)
{
    struct str list = settings_value(facts->settings, "mynetworks"), word;

    while ((word = setting_word(&list)).len) {
        if (str_starts(word, STR("127.")) || str_starts(word, STR("[::1]")))
            return true;
    }
    return false;
}

/* Behind a proxy every client seems to be this machine, which may relay. */
static void
judge_proxies(const struct postfix_facts *facts, struct audit *audit)
{
    for (uint32_t i = 0; i < facts->proxy_count && trusts_loopback(facts); i++) {
        struct str text = facts->proxies[i].text;
        uint32_t number = 0;

        while (text.len) {
            struct str line = str_trim(str_cut(&text, '\n'));

            number++;
            if (!hands_on(line))
                continue;
            audit_fix(
                audit,
                audit_add(
                    audit,
                    (struct audit_finding){
                        .area = AUDIT_MTA,
                        .check = "postfix-proxy",
                        .outcome = AUDIT_SERIOUS,
                        .subject = STR("postfix"),
                        .title = STR("A proxy hands connections on to Postfix as if they came "
                                     "from this machine, which may relay."),
                        .place = arena_printf(audit->arena, STR_FMT ":%u",
                                              STR_ARG(facts->proxies[i].file), number),
                        .seen = line,
                        .why = STR("Whoever reaches the proxy is trusted as mynetworks is: an "
                                   "open relay, if strangers do. `weir audit --relay` tries "
                                   "it from outside.")}),
                (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                   .program = AUDIT_PROGRAM_POSTFIX,
                                   .value = STR("Let the proxy tell the client (send-proxy, and "
                                                "smtpd_upstream_proxy_protocol = haproxy), or hand "
                                                "on to a service with -o mynetworks= .")});
            break;
        }
    }
}

void
postfix_judge_networks(const struct postfix_facts *facts, struct audit *audit)
{
    judge_networks(facts, audit);
    judge_style(facts, audit);
    judge_proxies(facts, audit);
    judge_relay_domains(facts, audit);
}
