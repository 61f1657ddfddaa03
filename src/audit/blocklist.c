#include "audit/blocklist.h"

#include <arpa/inet.h>

#define SPAMHAUS_REFUSALS                                                                          \
    {"127.255.255.252", BLOCKLIST_REFUSED, "the name of the list was not spelled right"},          \
        {"127.255.255.254", BLOCKLIST_REFUSED,                                                     \
         "it does not answer public or unnamed resolvers: ask through a resolver of this host's "  \
         "own"},                                                                                   \
    {                                                                                              \
        "127.255.255.255", BLOCKLIST_REFUSED, "too many questions came from this resolver"         \
    }

static const struct blocklist lists[] = {
    {.name = "Spamhaus ZEN",
     .zone = "zen.spamhaus.org",
     .delisting = "https://check.spamhaus.org/",
     .test = "2.0.0.127",
     .test_clean = "1.0.0.127",
     .has_ipv6 = true,
     .silence = "it does not list its own test address to this resolver",
     .codes = {{"127.0.0.2", BLOCKLIST_LISTED, "SBL: spam, or who hosts it, seen by Spamhaus"},
               {"127.0.0.3", BLOCKLIST_LISTED, "CSS: sends spam or mail to bought addresses"},
               {"127.0.0.4", BLOCKLIST_LISTED, "XBL: infected, an open proxy, or a stolen login"},
               {"127.0.0.9", BLOCKLIST_LISTED, "DROP: a network run by criminals"},
               {"127.0.0.10", BLOCKLIST_POLICY,
                "PBL: its provider says that no mail comes from there directly"},
               {"127.0.0.11", BLOCKLIST_POLICY,
                "PBL: Spamhaus holds it for an address that does not mail directly"},
               SPAMHAUS_REFUSALS}},
    {.name = "Spamhaus DBL",
     .zone = "dbl.spamhaus.org",
     .delisting = "https://check.spamhaus.org/",
     .test = "dbltest.com",
     .test_clean = "example.com",
     .is_of_domains = true,
     .silence = "it does not list its own test domain to this resolver",
     .codes = {{"127.0.1.2", BLOCKLIST_LISTED, "a domain of spam"},
               {"127.0.1.4", BLOCKLIST_LISTED, "a domain of phishing"},
               {"127.0.1.5", BLOCKLIST_LISTED, "a domain of malware"},
               {"127.0.1.6", BLOCKLIST_LISTED, "a domain that commands a botnet"},
               {"127.0.1.102", BLOCKLIST_LISTED, "an honest domain that was broken into: spam"},
               {"127.0.1.103", BLOCKLIST_LISTED, "an honest domain with a redirector for spam"},
               {"127.0.1.104", BLOCKLIST_LISTED, "an honest domain that was broken into: phishing"},
               {"127.0.1.105", BLOCKLIST_LISTED, "an honest domain that was broken into: malware"},
               {"127.0.1.106", BLOCKLIST_LISTED,
                "an honest domain that was broken into: it commands a botnet"},
               {"127.0.1.255", BLOCKLIST_REFUSED, "it was asked for an address"},
               SPAMHAUS_REFUSALS}},
    {.name = "SpamCop",
     .zone = "bl.spamcop.net",
     .delisting = "https://www.spamcop.net/bl.shtml",
     .test = "2.0.0.127",
     .test_clean = "1.0.0.127",
     .silence = "it does not list its own test address to this resolver",
     .codes = {{"127.0.0.2", BLOCKLIST_LISTED,
                "people reported mail from it; goes away by itself a day after the last report"}}},
    {.name = "Barracuda",
     .zone = "b.barracudacentral.org",
     .delisting = "https://www.barracudacentral.org/rbl/removal-request",
     .test = "2.0.0.127",
     .test_clean = "1.0.0.127",
     .silence = "it answers only resolvers that were registered at barracudacentral.org",
     .codes = {{"127.0.0.2", BLOCKLIST_LISTED, "sent spam to Barracuda's traps or customers"}}},
    {.name = "PSBL",
     .zone = "psbl.surriel.com",
     .delisting = "https://psbl.org/remove",
     .test = "2.0.0.127",
     .test_clean = "1.0.0.127",
     .is_minor = true,
     .silence = "it does not list its own test address to this resolver",
     .codes = {{"127.0.0.2", BLOCKLIST_LISTED, "sent mail to addresses that are traps"}}},
    {.name = "UCEPROTECT level 1",
     .zone = "dnsbl-1.uceprotect.net",
     .delisting = "https://www.uceprotect.net/en/rblcheck.php",
     .test = "2.0.0.127",
     .test_clean = "1.0.0.127",
     .is_minor = true,
     .silence = "it does not list its own test address to this resolver",
     .codes = {{"127.0.0.2", BLOCKLIST_LISTED,
                "sent mail to traps; goes away by itself after seven days: never pay for it"}}},
};
#define LIST_COUNT (sizeof(lists) / sizeof(lists[0]))

const struct blocklist *
blocklist_at(size_t index)
{
    return index < LIST_COUNT ? &lists[index] : NULL;
}

const struct blocklist_code *
blocklist_code(const struct blocklist *list, struct str address)
{
    char text[INET_ADDRSTRLEN];

    if (address.len != 4 || !inet_ntop(AF_INET, address.data, text, sizeof(text)))
        return NULL;
    for (size_t i = 0; i < BLOCKLIST_CODES && list->codes[i].address; i++) {
        if (strcmp(list->codes[i].address, text) == 0)
            return &list->codes[i];
    }
    return NULL;
}
