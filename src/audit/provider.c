#include "audit/provider.h"

static const struct provider providers[] = {
    {.name = "Google Workspace",
     .hosts = {"google.com", "googlemail.com"},
     .includes = {"_spf.google.com"},
     .selectors = {"google"},
     .has_own_selectors = true,
     .dkim_help = "Admin console, Apps, Google Workspace, Gmail, Authenticate email"},
    {.name = "Microsoft 365",
     .hosts = {"mail.protection.outlook.com", "mx.microsoft", "olc.protection.outlook.com"},
     .includes = {"spf.protection.outlook.com"},
     .selectors = {"selector1", "selector2"},
     .dkim_help = "Defender portal, Email & collaboration, Policies, Email authentication, DKIM"},
    {.name = "Zoho Mail",
     .hosts = {"zoho.com", "zoho.eu", "zoho.in", "zoho.com.au", "zohocloud.ca", "zoho.jp"},
     .includes = {"zohomail.com", "zoho.com", "zoho.eu", "zohomail.eu"},
     .selectors = {"zmail", "zoho"},
     .has_own_selectors = true,
     .dkim_help = "Zoho Mail Admin Console, Domains, Email configuration, DKIM"},
    {.name = "Proton Mail",
     .hosts = {"protonmail.ch"},
     .includes = {"_spf.protonmail.ch"},
     .selectors = {"protonmail", "protonmail2", "protonmail3"},
     .dkim_help = "Proton settings, Domain names, Review, DKIM"},
    {.name = "Fastmail",
     .hosts = {"messagingengine.com"},
     .includes = {"spf.messagingengine.com"},
     .selectors = {"fm1", "fm2", "fm3"},
     .dkim_help = "Fastmail settings, Domains"},
    {.name = "iCloud Mail",
     .hosts = {"mail.icloud.com"},
     .includes = {"icloud.com"},
     .selectors = {"sig1"},
     .dkim_help = "iCloud settings, Custom Email Domain"},
    {.name = "Yandex 360",
     .hosts = {"mx.yandex.net", "mx.yandex.ru"},
     .includes = {"_spf.yandex.net", "_spf.yandex.ru"},
     .selectors = {"mail"},
     .dkim_help = "Yandex 360 for Business, Domains, DKIM signature"},
    {.name = "mailbox.org",
     .hosts = {"mailbox.org"},
     .includes = {"mailbox.org"},
     .selectors = {"mbo0001", "mbo0002", "mbo0003", "mbo0004"},
     .dkim_help = "mailbox.org's help on own domains"},
    {.name = "Migadu",
     .hosts = {"migadu.com"},
     .includes = {"spf.migadu.com"},
     .selectors = {"key1", "key2", "key3"},
     .dkim_help = "Migadu admin, the domain's DNS configuration"},
    {.name = "Tuta",
     .hosts = {"tutanota.de", "tuta.com"},
     .includes = {"spf.tutanota.de"},
     .selectors = {"s1", "s2"},
     .dkim_help = "Tuta settings, Custom email domains"},
    {.name = "Gandi",
     .hosts = {"mail.gandi.net"},
     .includes = {"_mailcust.gandi.net"},
     .selectors = {"gm1", "gm2", "gm3"},
     .dkim_help = "Gandi's help on DKIM of mailboxes"},
    {.name = "OVHcloud",
     .hosts = {"mail.ovh.net", "ovh.net", "ovh.ca"},
     .includes = {"mx.ovh.com", "mx.ovh.ca"},
     .dkim_help = "OVHcloud control panel, Emails, the domain's DKIM"},
    {.name = "IONOS",
     .hosts = {"ionos.com", "ionos.de", "ionos.co.uk", "kundenserver.de", "1and1.com",
               "perfora.net"},
     .includes = {"_spf-us.ionos.com", "_spf-eu.ionos.com", "_spf.perfora.net",
                  "_spf.kundenserver.de"},
     .selectors = {"s1-ionos", "s2-ionos"},
     .has_own_selectors = true,
     .dkim_help = "IONOS control panel, Domains & SSL, DNS"},
    {.name = "Rackspace Email",
     .hosts = {"emailsrvr.com"},
     .includes = {"emailsrvr.com"},
     .dkim_help = "Rackspace Cloud Office control panel, Domains, Sender authentication"},
    {.name = "GoDaddy",
     .hosts = {"secureserver.net"},
     .includes = {"secureserver.net"},
     .dkim_help = "GoDaddy, Email & Office"},
    {.name = "Amazon WorkMail",
     .hosts = {"awsapps.com", "amazonaws.com"},
     .includes = {"amazonses.com"},
     .dkim_help = "Amazon SES console, Verified identities, DKIM"},
    {.name = "Hostinger",
     .hosts = {"hostinger.com", "hostinger.in"},
     .includes = {"_spf.mail.hostinger.com"},
     .selectors = {"hostingermail-a", "hostingermail-b", "hostingermail-c"},
     .dkim_help = "hPanel, Emails, Custom DKIM"},
    {.name = "Namecheap Private Email",
     .hosts = {"privateemail.com"},
     .includes = {"spf.privateemail.com"},
     .selectors = {"default"},
     .has_own_selectors = true,
     .dkim_help = "Private Email, the domain's DKIM record"},
    {.name = "Infomaniak",
     .hosts = {"infomaniak.ch", "ikmail.com"},
     .includes = {"spf.infomaniak.ch"},
     .dkim_help = "Infomaniak manager, Mail service, Global security"},
    {.name = "Cloudflare Email Routing",
     .hosts = {"mx.cloudflare.net"},
     .includes = {"_spf.mx.cloudflare.net"},
     .is_filter = true},
    {.name = "Mimecast",
     .hosts = {"mimecast.com", "mimecast.co.za"},
     .includes = {"_netblocks.mimecast.com"},
     .is_filter = true},
    {.name = "Proofpoint",
     .hosts = {"pphosted.com", "ppe-hosted.com", "gpphosted.com"},
     .is_filter = true},
    {.name = "Barracuda Email Gateway Defense",
     .hosts = {"barracudanetworks.com"},
     .includes = {"spf.ess.barracudanetworks.com"},
     .is_filter = true},
};
#define PROVIDER_COUNT (sizeof(providers) / sizeof(providers[0]))

static bool
ends_so(struct str host, struct str end)
{
    if (host.len < end.len || !str_eq_nocase(str_from(host, host.len - end.len), end))
        return false;
    return host.len == end.len || host.data[host.len - end.len - 1] == '.';
}

const struct provider *
provider_of_host(struct str host)
{
    for (size_t i = 0; i < PROVIDER_COUNT; i++) {
        for (size_t k = 0; k < PROVIDER_HOSTS && providers[i].hosts[k]; k++) {
            if (ends_so(host, str_from_cstr(providers[i].hosts[k])))
                return &providers[i];
        }
    }
    return NULL;
}

const struct provider *
provider_at(size_t index)
{
    return index < PROVIDER_COUNT ? &providers[index] : NULL;
}
