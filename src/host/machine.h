#ifndef HOST_MACHINE_H
#define HOST_MACHINE_H

/*
 * machine - PHP, web server and firewall of this machine, gathered and judged.
 */

#include "audit/finding.h"
#include "host/gather.h"

/* What the web server and PHP tell of sites, for the firewall. */
struct machine_sites {
    struct str user; /* one that runs sites; empty: none is known */
    uint32_t count;
};

void host_web(const struct gather *gather, struct audit *audit, struct machine_sites *ret_sites);

/* Reads the rules of the running kernel: nothing can be said of another root. */
void host_firewall(const struct gather *gather, const struct machine_sites *sites,
                   struct audit *audit);

#endif
