#include "audit/firewall.h"

#define RULE_FILE "/etc/nftables-port-25.nft"

static enum firewall_answer
answer_of(const struct firewall_facts *facts, uint32_t uid, bool is_ipv6, struct arena *arena)
{
    struct firewall_packet packet = {uid, is_ipv6};
    struct arena_mark mark = arena_mark(arena);
    struct str text = is_ipv6 ? facts->ip6 : facts->ip4;
    bool has_foreign;
    enum firewall_answer nft = firewall_nft(facts->nft, packet, arena, &has_foreign), other;

    other = firewall_iptables(text, packet, arena);
    arena_release(arena, mark);
    if (has_foreign && text.len == 0 && nft == FIREWALL_OPEN)
        nft = FIREWALL_UNSURE;
    return nft > other ? nft : other;
}

/* The whole file: run twice, it is the same as run once. */
static struct str
rule_text(const struct firewall_facts *facts, struct arena *arena)
{
    struct str users = facts->mta_needs_root ? arena_printf(arena, "{ 0, %u }", facts->mta_uid)
                                             : arena_printf(arena, "%u", facts->mta_uid);

    if (facts->mta_user.len == 0)
        users = STR("0");
    return arena_printf(arena,
                        "# Only the mail server (" STR_FMT ") may connect to port 25 elsewhere.\n"
                        "table inet weir_port_25\n"
                        "delete table inet weir_port_25\n"
                        "table inet weir_port_25 {\n"
                        "    chain output {\n"
                        "        type filter hook output priority filter; policy accept;\n"
                        "        oifname \"lo\" accept\n"
                        "        tcp dport 25 ct state new meta skuid != " STR_FMT
                        " limit rate 10/second log prefix \"port 25: \" flags skuid\n"
                        "        tcp dport 25 meta skuid != " STR_FMT
                        " counter reject with icmpx admin-prohibited\n"
                        "    }\n"
                        "}\n",
                        STR_ARG(facts->mta_user.len ? facts->mta_user : STR("root")),
                        STR_ARG(users), STR_ARG(users));
}

static void
add_fixes(const struct firewall_facts *facts, struct audit_finding *finding, struct audit *audit)
{
    audit_fix(
        audit, finding,
        (struct audit_fix){.kind = AUDIT_FIX_FILE,
                           .program = facts->has_nft ? AUDIT_PROGRAM_NFTABLES : AUDIT_PROGRAM_NONE,
                           .where = STR(RULE_FILE),
                           .value = rule_text(facts, audit->arena)});
    audit_fix(
        audit, finding,
        (struct audit_fix){.kind = AUDIT_FIX_FILE,
                           .program = facts->has_nft ? AUDIT_PROGRAM_NFTABLES : AUDIT_PROGRAM_NONE,
                           .where = STR("/etc/nftables.conf"),
                           .value = STR("include \"" RULE_FILE "\"\n")});
    audit_fix(audit, finding,
              (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                 .value = STR("Sites that must reach another mail server use port "
                                              "587 with a login; programs that send by "
                                              "themselves show in the log first. Containers go "
                                              "past this chain: they need one of the hook "
                                              "forward.")});
}

static void
judge_sites(const struct firewall_facts *facts, enum firewall_answer ip4, enum firewall_answer ip6,
            struct audit *audit)
{
    enum firewall_answer least = ip4 < ip6 ? ip4 : ip6;
    struct audit_finding *finding;

    if (least == FIREWALL_BLOCKED) {
        audit_fine(audit, AUDIT_HOST, "port-25", STR("firewall"),
                   STR("Only chosen users may connect to port 25 elsewhere."), STR_EMPTY);
        return;
    }
    if (least == FIREWALL_UNSURE) {
        audit_unknown(audit, AUDIT_HOST, "port-25", STR("firewall"),
                      STR("Whether users may connect to port 25 elsewhere could not be told."),
                      STR("the rules hold conditions that are not followed here: networks, sets, "
                          "interfaces or modules"));
        return;
    }
    finding = audit_add(
        audit,
        (struct audit_finding){
            .area = AUDIT_HOST,
            .check = "port-25",
            .outcome = facts->site_user.len ? AUDIT_WEAK : AUDIT_NOTE,
            .subject = STR("firewall"),
            .title = ip4 == FIREWALL_BLOCKED
                         ? STR("Every user may connect to port 25 elsewhere over IPv6.")
                         : STR("Every user may connect to port 25 elsewhere."),
            .seen = arena_printf(audit->arena, "uid %u (" STR_FMT ") to port 25: accepted",
                                 facts->site_uid,
                                 STR_ARG(facts->site_user.len ? facts->site_user : STR("any"))),
            .why = STR("A program that sends by itself goes past the mail server: no log, no "
                       "limit, no signature, and the address gets listed all the same.")});
    add_fixes(facts, finding, audit);
}

void
firewall_audit(const struct firewall_facts *facts, struct audit *audit)
{
    enum firewall_answer ip4, ip6;

    if (!facts->is_known) {
        audit_unknown(audit, AUDIT_HOST, "port-25", STR("firewall"),
                      STR("The firewall's rules could not be read."), facts->why_not);
        return;
    }
    ip4 = answer_of(facts, facts->site_uid, false, audit->arena);
    ip6 = answer_of(facts, facts->site_uid, true, audit->arena);
    judge_sites(facts, ip4, ip6, audit);
    if (facts->mta_user.len &&
        answer_of(facts, facts->mta_uid, false, audit->arena) == FIREWALL_BLOCKED)
        audit_add(audit,
                  (struct audit_finding){
                      .area = AUDIT_HOST,
                      .check = "port-25-mta",
                      .outcome = AUDIT_NOTE,
                      .subject = STR("firewall"),
                      .title = STR("The mail server itself may not connect to port 25 elsewhere."),
                      .seen = arena_printf(audit->arena, "uid %u (" STR_FMT ") to port 25: refused",
                                           facts->mta_uid, STR_ARG(facts->mta_user)),
                      .why = STR("Mail goes out only through a relay host on another port.")});
}
