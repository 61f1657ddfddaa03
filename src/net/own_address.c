#include "net/own_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/internet.h"

/* Addresses far away (root name servers): the route to them is the one that mail takes. */
#define FAR_IPV4 "198.41.0.4"
#define FAR_IPV6 "2001:503:ba3e::2:30"
#define DISCARD_PORT 9

/* A datagram socket that is connected has chosen its address, and has sent nothing. */
static bool
ask_kernel(const struct sockaddr *far, socklen_t far_len, struct sockaddr_storage *ret_own)
{
    socklen_t len = sizeof(*ret_own);
    int fd = socket(far->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool is_known;

    if (fd < 0)
        return false;
    is_known =
        connect(fd, far, far_len) == 0 && getsockname(fd, (struct sockaddr *)ret_own, &len) == 0;
    close(fd);
    return is_known;
}

static struct str
bytes_of(const struct sockaddr_storage *own)
{
    if (own->ss_family == AF_INET)
        return (struct str){(const char *)&((const struct sockaddr_in *)own)->sin_addr, 4};
    return (struct str){(const char *)&((const struct sockaddr_in6 *)own)->sin6_addr, 16};
}

uint32_t
own_addresses(struct arena *arena, struct str ret_addresses[OWN_ADDRESSES_MAX])
{
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(DISCARD_PORT)};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(DISCARD_PORT)};
    const struct {
        const struct sockaddr *far;
        socklen_t len;
    } ways[OWN_ADDRESSES_MAX] = {{(const struct sockaddr *)&ipv4, sizeof(ipv4)},
                                 {(const struct sockaddr *)&ipv6, sizeof(ipv6)}};
    uint32_t count = 0;

    if (inet_pton(AF_INET, FAR_IPV4, &ipv4.sin_addr) != 1 ||
        inet_pton(AF_INET6, FAR_IPV6, &ipv6.sin6_addr) != 1)
        return 0;
    for (size_t i = 0; i < OWN_ADDRESSES_MAX; i++) {
        struct sockaddr_storage own = {0};

        if (!ask_kernel(ways[i].far, ways[i].len, &own) || internet_unreachable(bytes_of(&own)))
            continue;
        ret_addresses[count] = internet_write(bytes_of(&own), arena);
        count += ret_addresses[count].len > 0;
    }
    return count;
}
