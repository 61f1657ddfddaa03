#include "source/passwd.h"

#include <pwd.h>

#include "source/whole.h"

static uint32_t
count_lines(struct str text)
{
    uint32_t count = 1;

    for (size_t i = 0; i < text.len; i++)
        count += text.data[i] == '\n';
    return count;
}

static bool
read_line(struct str line, struct trace_user *ret_user)
{
    struct str name = str_cut(&line, ':');
    uint64_t uid;

    (void)str_cut(&line, ':');
    if (name.len == 0 || line.len == 0 || !str_u64(str_cut(&line, ':'), &uid) || uid > UINT32_MAX)
        return false;
    *ret_user = (struct trace_user){name, (int64_t)uid};
    return true;
}

bool
passwd_read(const char *path, struct arena *arena, struct user_list *ret_list, struct err *err)
{
    struct user_list list = {NULL, 0};
    struct str text;
    uint32_t lines, number = 0;

    if (!whole_read(path, PASSWD_BYTES_MAX, arena, &text, err))
        return false;
    lines = count_lines(text);
    list.users = arena_array(arena, lines < PASSWD_USERS_MAX ? lines : PASSWD_USERS_MAX,
                             sizeof(*list.users));
    if (!list.users)
        return err_set(err, ERR_LIMIT, "%s is too large", path);
    while (text.len && list.count < PASSWD_USERS_MAX) {
        struct str line = str_trim(str_cut(&text, '\n'));

        number++;
        if (line.len == 0 || strchr("#+-", line.data[0]))
            continue;
        if (!read_line(line, &list.users[list.count]))
            return err_set(err, ERR_SYNTAX,
                           "%s:%u: this is no line of a passwd file (name:password:uid:...)", path,
                           number);
        list.count++;
    }
    *ret_list = list;
    return true;
}

bool
passwd_own(struct arena *arena, struct user_list *ret_list)
{
    struct user_list list = {arena_array(arena, PASSWD_USERS_MAX, sizeof(struct trace_user)), 0};
    const struct passwd *entry;

    if (!list.users)
        return false;
    setpwent();
    while (list.count < PASSWD_USERS_MAX && (entry = getpwent())) {
        struct str name = arena_str(arena, str_from_cstr(entry->pw_name));

        if (name.len)
            list.users[list.count++] = (struct trace_user){name, entry->pw_uid};
    }
    endpwent();
    *ret_list = list;
    return true;
}
