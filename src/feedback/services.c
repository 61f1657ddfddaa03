#include "feedback/services.h"

#define GOOGLE_FIX                                                                                 \
    "In the Google Admin console open Apps, Google Workspace, Gmail, Authenticate email; "         \
    "generate "                                                                                    \
    "the key for this domain, publish it as google._domainkey, and start authentication."
#define MICROSOFT_FIX                                                                              \
    "In Microsoft Defender open Email authentication settings, DKIM; publish the two CNAME "       \
    "records selector1._domainkey and selector2._domainkey that it shows, and enable signing."
#define SENDER_DOMAIN_FIX(where)                                                                   \
    "In " where " add this domain as an authenticated sending domain and publish the CNAME or "    \
    "TXT records that it shows."

static const struct service services[] = {
    {"gappssmtp.com", "Google Workspace", GOOGLE_FIX},
    {"google.com", "Google", GOOGLE_FIX},
    {"onmicrosoft.com", "Microsoft 365", MICROSOFT_FIX},
    {"outlook.com", "Microsoft", MICROSOFT_FIX},
    {"amazonses.com", "Amazon SES",
     "In Amazon SES verify this domain with Easy DKIM (three CNAME records), and set a custom MAIL "
     "FROM domain below it."},
    {"sendgrid.net", "SendGrid", SENDER_DOMAIN_FIX("SendGrid, Settings, Sender Authentication,")},
    {"mcsv.net", "Mailchimp", SENDER_DOMAIN_FIX("Mailchimp, Account, Domains,")},
    {"mcdlv.net", "Mailchimp", SENDER_DOMAIN_FIX("Mailchimp, Account, Domains,")},
    {"rsgsv.net", "Mailchimp", SENDER_DOMAIN_FIX("Mailchimp, Account, Domains,")},
    {"mailchimpapp.net", "Mailchimp", SENDER_DOMAIN_FIX("Mailchimp, Account, Domains,")},
    {"mandrillapp.com", "Mandrill", SENDER_DOMAIN_FIX("Mandrill, Settings, Sending Domains,")},
    {"mailgun.org", "Mailgun", SENDER_DOMAIN_FIX("Mailgun, Sending, Domains,")},
    {"mailgun.net", "Mailgun", SENDER_DOMAIN_FIX("Mailgun, Sending, Domains,")},
    {"sparkpostmail.com", "SparkPost", SENDER_DOMAIN_FIX("SparkPost, Domains,")},
    {"mtasv.net", "Postmark", SENDER_DOMAIN_FIX("Postmark, Sender Signatures,")},
    {"mailjet.com", "Mailjet", SENDER_DOMAIN_FIX("Mailjet, Senders and Domains,")},
    {"sendinblue.com", "Brevo", SENDER_DOMAIN_FIX("Brevo, Senders, Domains,")},
    {"brevosend.com", "Brevo", SENDER_DOMAIN_FIX("Brevo, Senders, Domains,")},
    {"hubspotemail.net", "HubSpot", SENDER_DOMAIN_FIX("HubSpot, Settings, Domains,")},
    {"exacttarget.com", "Salesforce Marketing Cloud",
     "Have Salesforce set up a Sender Authentication Package or a private domain for this one."},
    {"salesforce.com", "Salesforce",
     "In Salesforce Setup, DKIM Keys, make a key for this domain and publish its CNAME records."},
    {"zendesk.com", "Zendesk",
     "In Zendesk enable DKIM (two CNAME records zendesk1 and zendesk2._domainkey) and add its SPF "
     "include."},
    {"freshdesk.com", "Freshdesk", SENDER_DOMAIN_FIX("Freshdesk, Admin, Email,")},
    {"klaviyomail.com", "Klaviyo", SENDER_DOMAIN_FIX("Klaviyo, Settings, Domains,")},
    {"constantcontact.com", "Constant Contact",
     "In Constant Contact, Settings, Advanced, turn on self-authentication and publish its "
     "records."},
    {"createsend.com", "Campaign Monitor", SENDER_DOMAIN_FIX("Campaign Monitor, Domains,")},
    {"mlsend.com", "MailerLite", SENDER_DOMAIN_FIX("MailerLite, Account, Domains,")},
    {"shopifyemail.com", "Shopify", SENDER_DOMAIN_FIX("Shopify, Settings, Notifications,")},
    {"zcsend.net", "Zoho Campaigns", SENDER_DOMAIN_FIX("Zoho Campaigns, Deliverability,")},
    {"zohomail.com", "Zoho Mail", SENDER_DOMAIN_FIX("the Zoho Mail Admin Console, Domains, DKIM,")},
    {"atlassian.net", "Atlassian", SENDER_DOMAIN_FIX("Atlassian admin, Emails, Domain,")},
    {"mktomail.com", "Marketo", "In Marketo, Admin, Email, SPF/DKIM, add this domain."},
    {"intercom-mail.com", "Intercom", SENDER_DOMAIN_FIX("Intercom, Settings, Email,")},
    {"protonmail.ch", "Proton", SENDER_DOMAIN_FIX("Proton, Settings, Domain names, DKIM,")},
    {"messagingengine.com", "Fastmail", SENDER_DOMAIN_FIX("Fastmail, Settings, Domains,")},
};

static bool
is_within(struct str name, struct str domain)
{
    return str_eq(name, domain) || (name.len > domain.len && str_ends(name, domain) &&
                                    name.data[name.len - domain.len - 1] == '.');
}

const struct service *
service_of(struct str domain)
{
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        if (is_within(domain, str_from_cstr(services[i].domain)))
            return &services[i];
    }
    return NULL;
}

/* "example-org" is "example.org" with its dots as dashes, or without them. */
static bool
is_written_as(struct str label, struct str customer, bool with_dashes)
{
    size_t at = 0;

    for (size_t i = 0; i < customer.len; i++) {
        char c = customer.data[i];

        if (c == '.' && !with_dashes)
            continue;
        if (at == label.len || label.data[at++] != (c == '.' ? '-' : c))
            return false;
    }
    return at == label.len;
}

bool
service_is_tenant(struct str name, struct str customer)
{
    struct str label = str_first(name, str_index(name, '.'));
    struct str first = str_first(customer, str_index(customer, '.'));

    if (label.len == 0 || customer.len == 0)
        return false;
    if (str_ends(name, STR(".gappssmtp.com")))
        return is_written_as(label, customer, true);
    if (str_ends(name, STR(".onmicrosoft.com")))
        return str_eq(label, first) || is_written_as(label, customer, false);
    return false;
}
