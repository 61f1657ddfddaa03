#include "php/ast.h"

const struct node *
node_child(const struct node *node, uint32_t index)
{
    static const struct node none = {.kind = NODE_NONE};
    const struct node *child = node->child;

    for (; child && index; index--)
        child = child->next;
    return child ? child : &none;
}

uint32_t
node_count(const struct node *node)
{
    uint32_t count = 0;

    for (const struct node *child = node->child; child; child = child->next)
        count++;
    return count;
}
