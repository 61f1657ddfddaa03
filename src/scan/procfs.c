#include "scan/procfs.h"

/* PF_KTHREAD of the kernel's sched.h, field 9 of stat. */
#define FLAG_KERNEL_THREAD UINT64_C(0x00200000)

#define FIELD_FLAGS 9
#define FIELD_START 22

/* The next word, blanks around it dropped. */
static struct str
next_word(struct str *rest)
{
    while (rest->len && (rest->data[0] == ' ' || rest->data[0] == '\t'))
        *rest = str_from(*rest, 1);
    return str_cut(rest, ' ');
}

/* Where the last `c` stands; the length without one. */
static size_t
last_index(struct str s, char c)
{
    for (size_t i = s.len; i > 0; i--) {
        if (s.data[i - 1] == c)
            return i - 1;
    }
    return s.len;
}

bool
procfs_stat_read(struct str text, struct procfs_stat *ret_stat)
{
    struct procfs_stat stat = {0};
    size_t open = str_index(text, '('), close = last_index(text, ')');
    uint64_t pid, ppid, flags = 0, start = 0;
    struct str rest, word;

    if (open >= close || close == text.len || !str_u64(str_trim(str_first(text, open)), &pid))
        return false;
    stat.comm = str_from(str_first(text, close), open + 1);
    rest = str_trim(str_from(text, close + 1));
    word = next_word(&rest);
    if (word.len != 1 || !str_u64(next_word(&rest), &ppid) || pid > INT32_MAX || ppid > INT32_MAX)
        return false;
    stat.state = word.data[0];
    for (int field = 5; field <= FIELD_START; field++) {
        word = next_word(&rest);
        if (field == FIELD_FLAGS && !str_u64(word, &flags))
            return false;
        if (field == FIELD_START && !str_u64(word, &start))
            return false;
    }
    stat.pid = (int32_t)pid;
    stat.ppid = (int32_t)ppid;
    stat.is_kernel = (flags & FLAG_KERNEL_THREAD) != 0;
    stat.start_ticks = start;
    *ret_stat = stat;
    return true;
}

bool
procfs_status_uid(struct str text, uint32_t *ret_uid)
{
    while (text.len) {
        struct str line = str_cut(&text, '\n');
        uint64_t uid;

        /* The name, which comes first, cannot hold a line end: the kernel escapes it here. */
        if (!str_skip(&line, STR("Uid:\t")))
            continue;
        (void)str_cut(&line, '\t');
        if (!str_u64(str_cut(&line, '\t'), &uid) || uid > UINT32_MAX)
            return false;
        *ret_uid = (uint32_t)uid;
        return true;
    }
    return false;
}

struct str
procfs_cgroup_path(struct str text)
{
    struct str unified = STR_EMPTY, systemd = STR_EMPTY;

    while (text.len) {
        struct str line = str_cut(&text, '\n');
        struct str number = str_cut(&line, ':'), controllers = str_cut(&line, ':');

        if (str_eq(number, STR("0")) && controllers.len == 0)
            unified = line;
        else if (str_eq(controllers, STR("name=systemd")))
            systemd = line;
    }
    /* Where both are mounted, units are in systemd's and the unified one may be idle. */
    return systemd.len > 1 || unified.len == 0 ? systemd : unified;
}

bool
procfs_boot_time(struct str text, int64_t *ret_time_s)
{
    while (text.len) {
        struct str line = str_cut(&text, '\n');
        uint64_t time_s;

        if (!str_skip(&line, STR("btime ")))
            continue;
        if (!str_u64(str_trim(line), &time_s) || time_s > UINT32_MAX)
            return false;
        *ret_time_s = (int64_t)time_s;
        return true;
    }
    return false;
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

static bool
read_hex(struct str s, size_t digits, uint32_t *ret_number)
{
    uint32_t number = 0;

    if (s.len != digits)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        int digit = hex_digit(s.data[i]);

        if (digit < 0)
            return false;
        number = number << 4 | (uint32_t)digit;
    }
    *ret_number = number;
    return true;
}

/* "0100007F:0019": words of 32 bits in the order of this machine, which wrote them. */
static bool
read_address(struct str word, unsigned char address[16], uint16_t *ret_port, bool *ret_is_ipv4)
{
    struct str hex = str_cut(&word, ':');
    uint32_t number;

    if ((hex.len != 8 && hex.len != 32) || !read_hex(word, 4, &number))
        return false;
    *ret_port = (uint16_t)number;
    *ret_is_ipv4 = hex.len == 8;
    for (size_t i = 0; i * 8 < hex.len; i++) {
        if (!read_hex(str_first(str_from(hex, i * 8), 8), 8, &number))
            return false;
        memcpy(address + i * 4, &number, 4);
    }
    return true;
}

enum socket_state
procfs_socket_state(unsigned number)
{
    switch (number) {
    case 1: /* ESTABLISHED */
    case 8: /* CLOSE_WAIT: the other end has said its last word, this one has not */
        return SOCKET_CONNECTED;
    case 2: /* SYN_SENT */
        return SOCKET_CONNECTING;
    case 10: /* LISTEN */
        return SOCKET_LISTENING;
    default:
        return SOCKET_OTHER;
    }
}

static bool
is_mapped(const unsigned char address[16])
{
    static const unsigned char prefix[12] = {[10] = 0xff, [11] = 0xff};

    return memcmp(address, prefix, sizeof(prefix)) == 0;
}

static void
unmap(unsigned char address[16])
{
    memmove(address, address + 12, 4);
    memset(address + 4, 0, 12);
}

void
procfs_socket_unmap(struct process_socket *socket)
{
    if (socket->is_ipv4 || !is_mapped(socket->local) || !is_mapped(socket->remote))
        return;
    unmap(socket->local);
    unmap(socket->remote);
    socket->is_ipv4 = true;
}

bool
procfs_socket_read(struct str line, struct process_socket *ret_socket)
{
    struct process_socket socket = {0};
    struct str rest = str_trim(line), local, remote, state;
    bool is_remote_ipv4;
    uint64_t inode;
    uint32_t number;

    (void)next_word(&rest);
    local = next_word(&rest);
    remote = next_word(&rest);
    state = next_word(&rest);
    if (!read_address(local, socket.local, &socket.local_port, &socket.is_ipv4) ||
        !read_address(remote, socket.remote, &socket.remote_port, &is_remote_ipv4) ||
        socket.is_ipv4 != is_remote_ipv4 || !read_hex(state, 2, &number))
        return false;
    /* tx_queue:rx_queue, timer, retransmits, uid, timeout */
    for (int i = 0; i < 5; i++)
        (void)next_word(&rest);
    if (!str_u64(next_word(&rest), &inode) || inode > UINT32_MAX)
        return false;
    socket.inode = (uint32_t)inode;
    socket.state = (uint8_t)procfs_socket_state(number);
    procfs_socket_unmap(&socket);
    *ret_socket = socket;
    return true;
}

bool
procfs_link_number(struct str link, struct str prefix, uint64_t *ret_number)
{
    if (!str_skip(&link, prefix) || !str_skip(&link, STR(":[")) || !str_ends(link, STR("]")))
        return false;
    return str_u64(str_first(link, link.len - 1), ret_number);
}

bool
procfs_slow_mount(struct str line, struct str *ret_point)
{
    static const char *const slow[] = {"fuse",  "nfs",    "cifs",   "smb", "9p",   "ceph", "afs",
                                       "ncpfs", "lustre", "autofs", "gfs", "ocfs", "coda"};
    struct str point = STR_EMPTY, type;

    for (int field = 1; field <= 5; field++)
        point = next_word(&line);
    (void)str_cut_at(&line, STR(" - "));
    type = next_word(&line);
    if (!str_starts(point, STR("/")))
        return false;
    for (size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); i++) {
        if (!str_starts(type, str_from_cstr(slow[i])))
            continue;
        *ret_point = str_first(point, str_index(point, '\\'));
        return true;
    }
    return false;
}
