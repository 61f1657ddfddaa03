/* nft(8), iptables-save(8), and whose uid is whose. */

#include "audit/firewall.h"
#include "host/machine.h"

#define NFT "/usr/sbin/nft"

/* Who sends for each mail server; the first that is here. */
static const struct {
    const char *user, *file;
    bool needs_root;
} servers[] = {
    {"postfix", "/etc/postfix/main.cf", false},
    {"Debian-exim", "/etc/exim4", false},
    {"exim", "/etc/exim", false},
    {"smmsp", "/etc/mail/sendmail.cf", true},
    {"opensmtpd", "/etc/smtpd.conf", false},
};

/* passwd(5): name:password:uid:… */
static bool
find_uid(struct str passwd, struct str user, uint32_t *ret_uid)
{
    while (passwd.len) {
        struct str line = str_cut(&passwd, '\n');
        uint64_t uid;

        if (!str_eq(str_cut(&line, ':'), user))
            continue;
        (void)str_cut(&line, ':');
        if (!str_u64(str_cut(&line, ':'), &uid) || uid > UINT32_MAX)
            return false;
        *ret_uid = (uint32_t)uid;
        return true;
    }
    return false;
}

static void
find_users(const struct gather *gather, const struct machine_sites *sites,
           struct firewall_facts *facts)
{
    struct err ignored;
    struct str passwd;

    facts->site_uid = 65533; /* nobody in particular */
    if (!gather_file(gather, STR("/etc/passwd"), &passwd, &ignored))
        return;
    for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]) && facts->mta_user.len == 0; i++) {
        struct str user = str_from_cstr(servers[i].user);

        if (gather_exists(gather, servers[i].file) && find_uid(passwd, user, &facts->mta_uid)) {
            facts->mta_user = user;
            facts->mta_needs_root = servers[i].needs_root;
        }
    }
    if (sites->user.len && find_uid(passwd, sites->user, &facts->site_uid))
        facts->site_user = sites->user;
}

/* False: it is here and does not answer; `why` says why. */
static bool
ask(const struct gather *gather, const char *const argv[], struct str *ret_text, struct str *why)
{
    struct gather_output output;
    struct err err;

    *ret_text = STR_EMPTY;
    if (!gather_exists(gather, argv[0]))
        return true;
    if (!gather_run(argv, false, GATHER_SECONDS, gather->arena, &output, &err)) {
        *why = arena_str(gather->arena, str_from_cstr(err.text));
        return false;
    }
    if (output.code != 0) {
        *why = arena_printf(gather->arena, "%s ended with code %d; only root may read the rules",
                            argv[0], output.code);
        return false;
    }
    *ret_text = output.text;
    return true;
}

void
host_firewall(const struct gather *gather, const struct machine_sites *sites, struct audit *audit)
{
    static const char *const nft[] = {NFT, "-n", "-j", "list", "ruleset", NULL},
                             *const ip4[] = {"/usr/sbin/iptables-save", NULL},
                             *const ip6[] = {"/usr/sbin/ip6tables-save", NULL};
    struct firewall_facts facts = {.has_nft = gather_exists(gather, NFT)};

    if (*gather->root)
        return;
    find_users(gather, sites, &facts);
    facts.is_known = ask(gather, nft, &facts.nft, &facts.why_not) &&
                     ask(gather, ip4, &facts.ip4, &facts.why_not) &&
                     ask(gather, ip6, &facts.ip6, &facts.why_not);
    firewall_audit(&facts, audit);
}
