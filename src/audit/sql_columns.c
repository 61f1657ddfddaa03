#include "audit/sql_columns.h"

/* The higher rank is taken where a table has two of a role. */
static const struct {
    const char *name;
    enum sql_role role;
    uint8_t rank;
} names[] = {
    {"email", SQL_NAME, 9},
    {"username", SQL_NAME, 8},
    {"user_login", SQL_NAME, 8},
    {"mail", SQL_NAME, 7},
    {"mail_name", SQL_NAME, 7},
    {"mail_addr", SQL_NAME, 7},
    {"address", SQL_NAME, 7},
    {"login", SQL_NAME, 6},
    {"loginname", SQL_NAME, 6},
    {"user", SQL_NAME, 6},
    {"userid", SQL_NAME, 6},
    {"user_name", SQL_NAME, 6},
    {"mailbox", SQL_NAME, 6},
    {"account", SQL_NAME, 5},
    {"local_part", SQL_NAME, 4},
    {"localpart", SQL_NAME, 4},
    {"id", SQL_NAME, 1}, /* courier's: an address; a number counts as no name */
    {"domain", SQL_DOMAIN, 5},
    {"domain_name", SQL_DOMAIN, 4},
    {"mail_domain", SQL_DOMAIN, 4},
    {"realm", SQL_DOMAIN, 3},
    {"password_enc", SQL_PASSWORD, 9},
    {"password_hash", SQL_PASSWORD, 9},
    {"passwordhash", SQL_PASSWORD, 9},
    {"crypt", SQL_PASSWORD, 9},
    {"cryptpw", SQL_PASSWORD, 9},
    {"crypt_password", SQL_PASSWORD, 9},
    {"password", SQL_PASSWORD, 5},
    {"passwd", SQL_PASSWORD, 5},
    {"passwort", SQL_PASSWORD, 5},
    {"userpassword", SQL_PASSWORD, 5},
    {"user_password", SQL_PASSWORD, 5},
    {"mail_password", SQL_PASSWORD, 5},
    {"user_pass", SQL_PASSWORD, 5},
    {"pass", SQL_PASSWORD, 4},
    {"pwd", SQL_PASSWORD, 4},
    {"pw", SQL_PASSWORD, 3},
    {"clear", SQL_PASSWORD_OTHER, 9},
    {"clear_password", SQL_PASSWORD_OTHER, 9},
    {"password_clear", SQL_PASSWORD_OTHER, 9},
    {"plain_password", SQL_PASSWORD_OTHER, 9},
    {"password_plain", SQL_PASSWORD_OTHER, 9},
    {"active", SQL_ACTIVE, 5},
    {"enabled", SQL_ACTIVE, 5},
    {"is_active", SQL_ACTIVE, 5},
    {"is_enabled", SQL_ACTIVE, 5},
    {"passwordlastchange", SQL_CHANGED, 9},
    {"passwordchanged", SQL_CHANGED, 9},
    {"password_changed", SQL_CHANGED, 9},
    {"password_changed_at", SQL_CHANGED, 9},
    {"last_password_change", SQL_CHANGED, 9},
    {"password_date", SQL_CHANGED, 9},
    {"pw_changed", SQL_CHANGED, 9},
    {"modified", SQL_CHANGED, 5},
    {"modified_at", SQL_CHANGED, 5},
    {"updated_at", SQL_CHANGED, 5},
    {"changed", SQL_CHANGED, 4},
    {"fullname", SQL_PERSON, 7},
    {"full_name", SQL_PERSON, 7},
    {"display_name", SQL_PERSON, 7},
    {"displayname", SQL_PERSON, 7},
    {"realname", SQL_PERSON, 7},
    {"gecos", SQL_PERSON, 7},
    {"name", SQL_PERSON, 5},
};

void
sql_columns_init(struct sql_columns *columns)
{
    *columns = (struct sql_columns){.count = 0};
    for (size_t i = 0; i < SQL_ROLE_COUNT; i++)
        columns->column[i] = SQL_NO_COLUMN;
}

static void
take(struct sql_columns *columns, enum sql_role role, uint16_t column, uint8_t rank)
{
    columns->column[role] = column;
    columns->rank[role] = rank;
}

void
sql_columns_add(struct sql_columns *columns, struct str name)
{
    uint16_t column = columns->count;

    if (columns->count < SQL_NO_COLUMN - 1)
        columns->count++;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        enum sql_role role = names[i].role;
        uint8_t rank = names[i].rank;

        if (!str_eq_nocase(name, str_from_cstr(names[i].name)))
            continue;
        if (role == SQL_PASSWORD && columns->rank[role]) {
            /* The lesser of two is the other one: Froxlor's plain text beside the digest. */
            bool is_better = rank > columns->rank[role];
            uint16_t other = is_better ? columns->column[role] : column;

            if (columns->rank[SQL_PASSWORD_OTHER] == 0)
                take(columns, SQL_PASSWORD_OTHER, other, 1);
        }
        if (rank > columns->rank[role])
            take(columns, role, column, rank);
        return;
    }
}

bool
sql_columns_has_passwords(const struct sql_columns *columns)
{
    bool has_name =
        columns->rank[SQL_NAME] || columns->rank[SQL_PERSON]; /* users (name, password) */

    return has_name && (columns->rank[SQL_PASSWORD] || columns->rank[SQL_PASSWORD_OTHER]);
}
