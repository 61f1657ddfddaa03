/*
 * May strangers relay through Postfix? Its restriction lists, walked as smtpd_check.c does, for
 * a client that is nobody and can state any HELO name and sender that it likes.
 */

#include "audit/network_width.h"
#include "audit/postfix_parts.h"

/* What a list lets a stranger have, from least to most. */
enum reach {
    REACH_NONE,
    REACH_UNREAD, /* a table that could not be read may permit */
    REACH_ASKED,  /* a policy service may permit */
    REACH_RARE,   /* under conditions that a stranger can bring about with some work */
    REACH_FORGED, /* with the sender or HELO name that the rule wants to see */
    REACH_ALL
};

struct walk {
    const struct postfix_facts *facts;
    const struct master_service *service;
    struct arena *arena;
    enum reach reach;   /* the most so far */
    struct str because; /* the word that lets them */
    struct str place;
    struct str seen; /* a line of a table */
    unsigned words_left;
};

enum step {
    STEP_ON,   /* goes on with the next word */
    STEP_OVER, /* nobody who is a stranger comes further */
};

static void
reach_at_least(struct walk *walk, enum reach reach, struct str because, struct str place,
               struct str seen)
{
    if (reach <= walk->reach)
        return;
    walk->reach = reach;
    walk->because = because;
    walk->place = place;
    walk->seen = seen;
}

/* --- access tables --- */

enum stated_by {
    BY_STRANGER,  /* the client says so itself: sender, HELO name, unverified reverse name */
    BY_ADDRESS,   /* the address it comes from */
    BY_RECIPIENT, /* the address it wants to reach */
};

static const struct {
    const char *word;
    enum stated_by by;
} access_words[] = {
    {"check_sender_access", BY_STRANGER},     {"check_sender_mx_access", BY_STRANGER},
    {"check_sender_ns_access", BY_STRANGER},  {"check_sender_a_access", BY_STRANGER},
    {"check_helo_access", BY_STRANGER},       {"check_helo_mx_access", BY_STRANGER},
    {"check_helo_a_access", BY_STRANGER},     {"check_reverse_client_hostname_access", BY_STRANGER},
    {"check_client_access", BY_ADDRESS},      {"check_client_a_access", BY_ADDRESS},
    {"check_recipient_access", BY_RECIPIENT}, {"check_recipient_mx_access", BY_RECIPIENT},
};

/* access(5): OK, or a number of digits only; and the restriction that says the same. */
static bool
is_permission(struct str value)
{
    struct str first = setting_word(&value);
    uint64_t number;

    return str_eq_nocase(first, STR("OK")) || str_eq_nocase(first, STR("permit")) ||
           str_eq_nocase(first, STR("RELAY")) || str_u64(first, &number);
}

static bool
is_everything(struct str key)
{
    static const char *const all[] = {"/./", "/.*/", "/^/", "//", "/.+/", "/^.*$/", "/$/"};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (str_eq(key, str_from_cstr(all[i])))
            return true;
    }
    return network_width_of(key) == NETWORK_EVERYBODY;
}

static enum reach
reach_of_entry(struct str key, enum stated_by by)
{
    if (is_everything(key))
        return REACH_ALL;
    switch (by) {
    case BY_STRANGER:
        return REACH_FORGED;
    case BY_ADDRESS:
        return network_width_of(key) == NETWORK_PROVIDER ? REACH_RARE : REACH_NONE;
    case BY_RECIPIENT:
        return REACH_NONE;
    }
    return REACH_NONE;
}

static void
walk_table(struct walk *walk, struct str word, struct str name, enum stated_by by)
{
    const struct postfix_map *map = postfix_map_find(walk->facts, name);
    struct str because =
                   arena_printf(walk->arena, STR_FMT " " STR_FMT, STR_ARG(word), STR_ARG(name)),
               text, key, value;
    uint32_t line = 0;

    if (str_starts(name, STR("static:"))) {
        if (is_permission(str_from(name, 7)))
            reach_at_least(walk, REACH_ALL, because, STR_EMPTY, STR_EMPTY);
        return;
    }
    if (!map || !map->is_read) {
        /* inline, sql, ldap, tcp …: nobody knows from here what they answer. */
        reach_at_least(walk, REACH_UNREAD, because, STR_EMPTY, STR_EMPTY);
        return;
    }
    text = map->text;
    while (postfix_map_next(&text, &line, &key, &value)) {
        if (is_permission(value))
            reach_at_least(
                walk, reach_of_entry(key, by), because,
                arena_printf(walk->arena, STR_FMT ":%u", STR_ARG(postfix_map_path(name)), line),
                arena_printf(walk->arena, STR_FMT " " STR_FMT, STR_ARG(key), STR_ARG(value)));
    }
}

static bool
walk_access(struct walk *walk, struct str word, struct str *list)
{
    for (size_t i = 0; i < sizeof(access_words) / sizeof(access_words[0]); i++) {
        if (str_eq_nocase(word, str_from_cstr(access_words[i].word))) {
            walk_table(walk, word, setting_word(list), access_words[i].by);
            return true;
        }
    }
    return false;
}

/* --- the words --- */

static enum step walk_list(struct walk *walk, struct str list, int depth);

static const struct {
    const char *word;
    enum reach reach;
} permits[] = {
    {"permit", REACH_ALL},
    {"permit_naked_ip_address", REACH_ALL},
    {"permit_tls_all_clientcerts", REACH_RARE},
    {"permit_mx_backup", REACH_RARE},
    {"permit_dnswl_client", REACH_RARE},
    {"permit_rhswl_client", REACH_RARE},
};

/* Words that end it for a stranger with a foreign recipient. */
static bool
is_refusal(struct str word)
{
    static const char *const words[] = {"reject_unauth_destination", "defer_unauth_destination",
                                        "check_relay_domains", "reject", "defer"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_eq_nocase(word, str_from_cstr(words[i])))
            return true;
    }
    return false;
}

/* True: the networks hold strangers. */
static bool
trusts_everybody(const struct postfix_facts *facts, const struct master_service *service)
{
    struct str widest;

    return network_width_of_list(postfix_value(facts, service, "mynetworks"), ' ', &widest) ==
           NETWORK_EVERYBODY;
}

static bool
walk_class(struct walk *walk, struct str word, int depth, enum step *ret_step)
{
    const struct setting *class = settings_find_in(walk->facts->settings, STR_EMPTY, word);

    if (!class ||
        !setting_has_word(settings_value(walk->facts->settings, "smtpd_restriction_classes"), word))
        return false;
    *ret_step = depth < POSTFIX_DEPTH_MAX ? walk_list(walk, class->value, depth + 1) : STEP_ON;
    return true;
}

static enum step
walk_word(struct walk *walk, struct str word, struct str *list, int depth)
{
    enum step step;

    if (str_eq_nocase(word, STR("permit_mynetworks"))) {
        if (!trusts_everybody(walk->facts, walk->service))
            return STEP_ON;
        reach_at_least(walk, REACH_ALL, word, STR_EMPTY, STR_EMPTY);
        return STEP_OVER;
    }
    if (is_refusal(word))
        return STEP_OVER;
    for (size_t i = 0; i < sizeof(permits) / sizeof(permits[0]); i++) {
        if (str_eq_nocase(word, str_from_cstr(permits[i].word))) {
            reach_at_least(walk, permits[i].reach, word, STR_EMPTY, STR_EMPTY);
            return permits[i].reach == REACH_ALL ? STEP_OVER : STEP_ON;
        }
    }
    if (str_eq_nocase(word, STR("check_policy_service"))) {
        struct str service = setting_word(list);

        reach_at_least(
            walk, REACH_ASKED,
            arena_printf(walk->arena, STR_FMT " " STR_FMT, STR_ARG(word), STR_ARG(service)),
            STR_EMPTY, STR_EMPTY);
        return STEP_ON;
    }
    if (str_eq_nocase(word, STR("warn_if_reject"))) {
        (void)setting_word(list);
        return STEP_ON;
    }
    if (walk_access(walk, word, list))
        return walk->reach == REACH_ALL ? STEP_OVER : STEP_ON;
    if (walk_class(walk, word, depth, &step))
        return step;
    return STEP_ON;
}

/* Past its end, a list lets everybody through. */
static enum step
walk_list(struct walk *walk, struct str list, int depth)
{
    struct str word;

    while ((word = setting_word(&list)).len) {
        if (walk->words_left == 0) {
            reach_at_least(walk, REACH_UNREAD, STR("too many rules"), STR_EMPTY, STR_EMPTY);
            return STEP_OVER;
        }
        walk->words_left--;
        if (walk_word(walk, word, &list, depth) == STEP_OVER)
            return STEP_OVER;
    }
    return STEP_ON;
}

/* --- a service --- */

#define WORDS_MAX 2000u

static const char *const lists[] = {"smtpd_client_restrictions", "smtpd_helo_restrictions",
                                    "smtpd_sender_restrictions", "smtpd_relay_restrictions",
                                    "smtpd_recipient_restrictions"};
#define LIST_RELAY 3 /* an index of lists */

struct reached {
    enum reach reach;
    const char *list; /* the list that says so */
    struct walk walk;
};

/*
 * A mail must pass every list: what a stranger may do is what the strictest of them lets them.
 * An answer that a relay list gives is the one to be told.
 */
static struct reached
reach_of_service(const struct postfix_facts *facts, const struct master_service *service,
                 struct arena *arena)
{
    struct reached least = {.reach = REACH_ALL, .list = lists[LIST_RELAY]};
    bool is_set = false;

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        struct walk walk = {
            .facts = facts, .service = service, .arena = arena, .words_left = WORDS_MAX};

        if (walk_list(&walk, postfix_value(facts, service, lists[i]), 0) == STEP_ON)
            continue; /* lets everybody through: the other lists decide */
        if (!is_set || walk.reach < least.reach) {
            least = (struct reached){walk.reach, lists[i], walk};
            is_set = true;
        }
    }
    return least;
}

static struct str
service_name(const struct master_service *service, struct arena *arena)
{
    if (!service)
        return STR("postfix");
    return arena_printf(arena, "postfix, service " STR_FMT, STR_ARG(service->name));
}

static struct str
quote_list(const struct postfix_facts *facts, const struct master_service *service,
           const char *list, struct arena *arena)
{
    return arena_printf(arena, "%s = " STR_FMT, list, STR_ARG(postfix_value(facts, service, list)));
}

static void
add_relay_fix(const struct postfix_facts *facts, const struct master_service *service,
              const struct reached *reached, struct audit_finding *finding, struct audit *audit)
{
    struct setting_subject subject = postfix_subject(facts);

    /* What master.cf says of one service holds before main.cf. */
    if (service && settings_find(&service->options, reached->list)) {
        audit_fix(audit, finding,
                  (struct audit_fix){
                      .kind = AUDIT_FIX_COMMAND,
                      .program = AUDIT_PROGRAM_POSTFIX,
                      .value = arena_printf(audit->arena, "postconf -PX " STR_FMT "/" STR_FMT "/%s",
                                            STR_ARG(service->name), STR_ARG(service->type),
                                            reached->list)});
        return;
    }

    if (str_eq_nocase(reached->walk.because, STR("permit_mynetworks"))) {
        audit_fix(audit, finding,
                  setting_fix(facts->settings, &subject, STR("mynetworks"),
                              STR("127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128"), false));
        return;
    }
    audit_fix(audit, finding,
              setting_fix(facts->settings, &subject, STR("smtpd_relay_restrictions"),
                          STR("permit_mynetworks, permit_sasl_authenticated, "
                              "reject_unauth_destination"),
                          false));
    if (reached->walk.because.len)
        audit_fix(
            audit, finding,
            (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                               .program = AUDIT_PROGRAM_POSTFIX,
                               .value = arena_printf(audit->arena,
                                                     "Where '" STR_FMT "' must stay, put it behind "
                                                     "reject_unauth_destination.",
                                                     STR_ARG(reached->walk.because))});
}

static const struct {
    enum audit_outcome outcome;
    const char *title, *why;
} said[] = {
    [REACH_NONE] = {AUDIT_FINE,
                    "Strangers cannot relay: the relay rules refuse foreign recipients.", ""},
    [REACH_UNREAD] = {AUDIT_UNKNOWN,
                      "A lookup table decides before the relay rule, and it could not be read.",
                      "the table is not a text on this machine: whether it answers OK to strangers "
                      "is not known"},
    [REACH_ASKED] = {AUDIT_NOTE, "A policy service is asked before the relay rule.",
                     "If the service ever answers OK instead of DUNNO, strangers may relay: it "
                     "belongs behind reject_unauth_destination."},
    [REACH_RARE] = {AUDIT_WEAK, "Strangers may relay under conditions that they can bring about.",
                    "permit_mx_backup lets everybody relay to domains whose MX names this host, "
                    "and anybody may publish such an MX; lists and certificates of others let in "
                    "whom they like."},
    [REACH_FORGED] = {AUDIT_CRITICAL,
                      "Anybody may relay who states the sender or HELO name that a rule trusts.",
                      "What a client says of itself proves nothing: spammers find such names by "
                      "trying the server's own domains."},
    [REACH_ALL] = {AUDIT_CRITICAL, "Open relay: strangers may send to anybody through this server.",
                   "Spammers find an open relay within hours, and blocklists follow within a day."},
};

static void
judge_service(const struct postfix_facts *facts, const struct master_service *service,
              struct audit *audit)
{
    struct reached reached = reach_of_service(facts, service, audit->arena);
    const struct setting *setting = settings_find(facts->settings, reached.list);
    struct audit_finding *finding;
    struct str place = setting_place(setting, audit->arena),
               seen = quote_list(facts, service, reached.list, audit->arena);

    if (service && settings_find(&service->options, reached.list))
        place =
            arena_printf(audit->arena, STR_FMT ":%u", STR_ARG(facts->master.file), service->line);
    if (reached.walk.place.len) {
        place = reached.walk.place;
        seen = reached.walk.seen;
    } else if (str_eq_nocase(reached.walk.because, STR("permit_mynetworks"))) {
        setting = settings_find(facts->settings, "mynetworks");
        place = setting_place(setting, audit->arena);
        seen = quote_list(facts, service, "mynetworks", audit->arena);
    }
    finding =
        audit_add(audit, (struct audit_finding){.area = AUDIT_MTA,
                                                .check = "postfix-relay",
                                                .outcome = said[reached.reach].outcome,
                                                .subject = service_name(service, audit->arena),
                                                .title = str_from_cstr(said[reached.reach].title),
                                                .place = place,
                                                .seen = seen,
                                                .why = str_from_cstr(said[reached.reach].why)});
    if (reached.reach >= REACH_ASKED)
        add_relay_fix(facts, service, &reached, finding, audit);
}

static bool
is_loopback(struct str name)
{
    return str_starts(name, STR("127.")) || str_starts(name, STR("[127.")) ||
           str_starts(name, STR("localhost")) || str_starts(name, STR("::1")) ||
           str_starts(name, STR("[::1]")) || str_eq_nocase(name, STR("loopback-only"));
}

/* Only this machine can connect, as to what a content filter hands mail back to. */
bool
postfix_is_local_only(const struct postfix_facts *facts, const struct master_service *service)
{
    struct str interfaces = settings_value(facts->settings, "inet_interfaces"), word;
    bool is_local = false;

    if (is_loopback(service->name))
        return true;
    if (str_index(service->name, ':') < service->name.len)
        return false;
    while ((word = setting_word(&interfaces)).len) {
        if (!is_loopback(word))
            return false;
        is_local = true;
    }
    return is_local;
}

void
postfix_judge_relay(const struct postfix_facts *facts, struct audit *audit)
{
    bool has_service = false;

    for (uint32_t i = 0; i < facts->master.count; i++) {
        if (!postfix_is_smtpd(&facts->master.list[i]))
            continue;
        if (postfix_is_local_only(facts, &facts->master.list[i])) {
            audit_fine(audit, AUDIT_MTA, "postfix-relay",
                       service_name(&facts->master.list[i], audit->arena),
                       STR("Only this machine can connect to this service."),
                       facts->master.list[i].raw);
            has_service = true;
        } else {
            judge_service(facts, &facts->master.list[i], audit);
            has_service = true;
        }
    }
    if (!has_service)
        judge_service(facts, NULL, audit);
}
