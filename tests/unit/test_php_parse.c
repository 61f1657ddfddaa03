#include "php/parse.h"
#include "tap.h"

/* What the rows below call each kind of node. */
static const char *const names[] = {
    [NODE_NONE] = "-",
    [NODE_ERROR] = "error",
    [NODE_STRING] = "string",
    [NODE_INTEGER] = "int",
    [NODE_FLOAT] = "float",
    [NODE_TEMPLATE] = "template",
    [NODE_SHELL] = "shell",
    [NODE_VARIABLE] = "$",
    [NODE_VARIABLE_OF] = "$of",
    [NODE_NAME] = "name",
    [NODE_ARRAY] = "array",
    [NODE_ITEM] = "item",
    [NODE_INDEX] = "index",
    [NODE_PROPERTY] = "property",
    [NODE_STATIC_PROPERTY] = "static-property",
    [NODE_CLASS_CONSTANT] = "class-constant",
    [NODE_CALL] = "call",
    [NODE_METHOD_CALL] = "method",
    [NODE_STATIC_CALL] = "static-call",
    [NODE_NEW] = "new",
    [NODE_ARGUMENT] = "arg",
    [NODE_BINARY] = "binary",
    [NODE_UNARY] = "unary",
    [NODE_ASSIGN] = "assign",
    [NODE_ASSIGN_REFERENCE] = "assign-reference",
    [NODE_STEP] = "step",
    [NODE_TERNARY] = "ternary",
    [NODE_CAST] = "cast",
    [NODE_ISSET] = "isset",
    [NODE_EMPTY] = "empty",
    [NODE_EXIT] = "exit",
    [NODE_PRINT] = "print",
    [NODE_EVAL] = "eval",
    [NODE_INCLUDE] = "include",
    [NODE_CLONE] = "clone",
    [NODE_THROW] = "throw",
    [NODE_YIELD] = "yield",
    [NODE_MATCH] = "match",
    [NODE_MATCH_ARM] = "arm",
    [NODE_INSTANCEOF] = "instanceof",
    [NODE_CLOSURE] = "closure",
    [NODE_BLOCK] = "block",
    [NODE_HTML] = "html",
    [NODE_ECHO] = "echo",
    [NODE_IF] = "if",
    [NODE_WHILE] = "while",
    [NODE_DO] = "do",
    [NODE_FOR] = "for",
    [NODE_FOREACH] = "foreach",
    [NODE_SWITCH] = "switch",
    [NODE_CASE] = "case",
    [NODE_TRY] = "try",
    [NODE_CATCH] = "catch",
    [NODE_RETURN] = "return",
    [NODE_BREAK] = "break",
    [NODE_CONTINUE] = "continue",
    [NODE_GLOBAL] = "global",
    [NODE_STATIC] = "static",
    [NODE_UNSET] = "unset",
    [NODE_FUNCTION] = "function",
    [NODE_PARAMETERS] = "parameters",
    [NODE_PARAMETER] = "parameter",
    [NODE_CLASS] = "class",
    [NODE_MEMBER] = "member",
    [NODE_CONSTANT] = "constant",
    [NODE_NAMESPACE] = "namespace",
    [NODE_USE] = "use",
    [NODE_DECLARE] = "declare",
    [NODE_GOTO] = "goto",
    [NODE_LABEL] = "label",
};

static char shown[8192];
static size_t shown_len;

static void
put(struct str s)
{
    if (s.len > sizeof(shown) - shown_len)
        s.len = sizeof(shown) - shown_len;
    memcpy(shown + shown_len, s.data, s.len);
    shown_len += s.len;
}

static void
put_op(const struct node *node)
{
    char text[16];

    if (!node->op)
        return;
    if (node->op > ' ' && node->op < OP_AND && node->kind != NODE_CAST)
        (void)snprintf(text, sizeof(text), " %c", node->op);
    else
        (void)snprintf(text, sizeof(text), " #%u",
                       node->op < OP_AND ? node->op : node->op - OP_AND);
    put(str_from_cstr(text));
}

/* (kind op text child…); a variable is $name, a name is itself, a string has quotes. */
static void
show(const struct node *node)
{
    switch (node->kind) {
    case NODE_NONE:
        put(STR("-"));
        return;
    case NODE_VARIABLE:
        put(node->op ? STR("&$") : STR("$"));
        put(node->text);
        return;
    case NODE_STRING:
        put(STR("'"));
        put(node->text);
        put(STR("'"));
        return;
    case NODE_INTEGER:
    case NODE_FLOAT:
    case NODE_NAME:
        put(node->text);
        return;
    default:
        break;
    }
    put(STR("("));
    put(str_from_cstr(names[node->kind]));
    put_op(node);
    if (node->text.len) {
        put(STR(" "));
        put(node->text);
    }
    if ((node->kind == NODE_CLASS || node->kind == NODE_USE) && node->parent.len) {
        put(STR(":"));
        put(node->parent);
    }
    for (const struct node *child = node->child; child; child = child->next) {
        put(STR(" "));
        show(child);
    }
    put(STR(")"));
}

/* The statements of `root`, one after the other. */
static struct str
show_all(const struct node *root)
{
    shown_len = 0;
    for (const struct node *child = root->child; child; child = child->next) {
        if (shown_len)
            put(STR(" "));
        show(child);
    }
    return (struct str){shown, shown_len};
}

struct row {
    const char *code, *want;
};

static void
check_rows(const struct row *rows, size_t count, bool is_valid)
{
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < count; i++) {
        struct parse_result result;

        arena_reset(arena);
        result = parse_code(str_from_cstr(rows[i].code), 1, arena);
        CHECK_STR(show_all(result.root), rows[i].want);
        CHECK_ROW(i, result.errors == 0 || !is_valid);
        CHECK_ROW(i, !result.is_cut);
    }
    arena_free(arena);
}

static void
test_expressions(void)
{
    static const struct row rows[] = {
        {"$a . $b . 'c' . d;", "(binary . $a $b 'c' d)"},
        {"$a . ($b . $c);", "(binary . $a (binary . $b $c))"},
        {"$a && $b and $c || $d;", "(binary #0 (binary #0 $a $b) (binary #1 $c $d))"},
        {"$a or $b or $c xor $d;", "(binary #1 $a $b (binary #2 $c $d))"},
        {"$a + $b * $c - $d;", "(binary - (binary + $a (binary * $b $c)) $d)"},
        {"$a . $b + $c;", "(binary . $a (binary + $b $c))"},
        {"-$a ** 2 ** 3;", "(unary - (binary #12 $a (binary #12 2 3)))"},
        {"!$a instanceof B;", "(unary ! (instanceof $a B))"},
        {"!$a = f();", "(unary ! (assign $a (call f)))"},
        {"$a ?"
         "? $b ?"
         "? $c;",
         "(binary #13 $a (binary #13 $b $c))"},
        {"$a ? $b : $c;", "(ternary $a $b $c)"},
        {"$a ?: $b;", "(ternary $a - $b)"},
        {"$a == $b || $a <=> $c;", "(binary #1 (binary #3 $a $b) (binary #9 $a $c))"},
        {"1 <= 2 >> 3 | 4 ^ 5 & 6;",
         "(binary | (binary #7 1 (binary #11 2 3)) (binary ^ 4 (binary & 5 6)))"},
        {"$a = $b .= $c;", "(assign $a (assign . $b $c))"},
        {"$a ?"
         "?= $b **= 2 <<= 1;",
         "(assign #13 $a (assign #12 $b (assign #10 2 1)))"},
        {"$a = &$b;", "(assign-reference $a $b)"},
        {"(int)$a . (string) $b;", "(binary . (cast #1 $a) (cast #3 $b))"},
        {"@f() or die('x');", "(binary #1 (unary @ (call f)) (exit 'x'))"},
        {"++$a - $b--;", "(binary - (step + $a) (step - $b))"},
        {"$a |> f(...);", "(binary #14 $a (call f (arg . -)))"},
        {"f($a, ...$b, name: 1, default: 2);",
         "(call f (arg $a) (arg . $b) (arg name 1) (arg default 2))"},
        {"f(...);", "(call f (arg . -))"},
        {"$f($a)($b);", "(call (call $f (arg $a)) (arg $b))"},
        {"'f'($a);", "(call 'f' (arg $a))"},
        {"[$o, 'm']();", "(call (array (item - $o) (item - 'm')))"},
        {"(function () {})();", "(call (closure (parameters) - (block)))"},
        {"$a->b->c['d']->e($f);", "(method (index (property (property $a b) c) 'd') e (arg $f))"},
        {"$a?->b?->c();", "(method ? (property ? $a b) c)"},
        {"$a->$b($c);", "(method $a $b (arg $c))"},
        {"$a->{'b' . $c}($d);", "(method $a (binary . 'b' $c) (arg $d))"},
        {"$a->class->list();", "(method (property $a class) list)"},
        {"A::b($c);", "(static-call A b (arg $c))"},
        {"A::$b;", "(static-property A $b)"},
        {"A::$b($c);", "(static-call A $b (arg $c))"},
        {"A::B;", "(class-constant B A)"},
        {"A::class;", "(class-constant class A)"},
        {"$a::{$b}();", "(static-call $a $b)"},
        {"A::{$b};", "(class-constant A $b)"},
        {"static::f();", "(static-call static f)"},
        {"new A;", "(new A)"},
        {"new A($b);", "(new A (arg $b))"},
        {"new $a->b['c']($d);", "(new (index (property $a b) 'c') (arg $d))"},
        {"new (f())($b);", "(new (call f) (arg $b))"},
        {"(new A)->b();", "(method (new A) b)"},
        {"new class($x) extends A implements B { use T; };", "(new (class:A (use T)) (arg $x))"},
        {"new static::$a(1);", "(new (static-property static $a) (arg 1))"},
        {"$$a;", "($of $a)"},
        {"${'a' . $b}[0];", "(index ($of (binary . 'a' $b)) 0)"},
        {"$$a['b'];", "(index ($of $a) 'b')"},
        {"$a{0};", "(index $a 0)"},
        {"\"abc\"[1];", "(index 'abc' 1)"},
        {"array('a' => 1, &$b, ...$c, 2,);",
         "(array (item 'a' 1) (item & - $b) (item . - $c) (item - 2))"},
        {"['a' => &$b, [1]];", "(array (item & 'a' $b) (item - (array (item - 1))))"},
        {"list(, $a, list($b)) = f();",
         "(assign (array (item) (item - $a) (item - (array (item - $b)))) (call f))"},
        {"['x' => $a] = $b;", "(assign (array (item 'x' $a)) $b)"},
        {"isset($a, $b['c']);", "(isset $a (index $b 'c'))"},
        {"empty($a);", "(empty $a)"},
        {"exit;", "(exit -)"},
        {"exit(1);", "(exit 1)"},
        {"die(\"x\");", "(exit 'x')"},
        {"print $a . 'b' and $c;", "(binary #0 (print (binary . $a 'b')) $c)"},
        {"eval($a);", "(eval $a)"},
        {"include 'a' . $b;", "(include i (binary . 'a' $b))"},
        {"require_once($a);", "(include r $a)"},
        {"clone $a->b;", "(clone (property $a b))"},
        {"$a ?"
         "? throw new E();",
         "(binary #13 $a (throw (new E)))"},
        {"match (true) { $a, 1 => f(), default => 2, };",
         "(match true (arm (array $a 1) (call f)) (arm - 2))"},
        {"match($a, $b);", "(call match (arg $a) (arg $b))"},
        {"function &($a, &$b, ...$c) use ($d, &$e): ?int { return $a; };",
         "(closure (parameters (parameter a -) (parameter & b -) (parameter . c -)) (array $d &$e) "
         "(block (return $a)))"},
        {"static fn(A|B $x, int ...$y): static => $x * 2;",
         "(closure f (parameters (parameter x -) (parameter . y -)) - (binary * $x 2))"},
        {"fn&() => $a;", "(closure f (parameters) - $a)"},
        {"#[A(1), B] static function () {};", "(closure (parameters) - (block))"},
        {"yield;", "(yield -)"},
        {"$a = yield $k => $v;", "(assign $a (yield $v $k))"},
        {"yield from f();", "(yield (call f))"},
        {"0x1F + 0b11 + 017 + 0o17 + 1_000 + 99999999999999999999 + 1.5e3;",
         "(binary + (binary + (binary + (binary + (binary + (binary + 0x1F 0b11) 017) 0o17) 1_000) "
         "99999999999999999999) 1.5e3)"},
        {"`ls $a`;", "(shell 'ls ' $a)"},
        {"\"a $b[0] $c[d] $e[-1] $f[$g] $h->i $j?->k\";",
         "(template 'a ' (index $b 0) ' ' (index $c 'd') ' ' (index $e (unary - 1)) ' ' (index $f "
         "$g) ' ' (property $h i) ' ' (property ? $j k))"},
        {"\"{$a->b['c']} ${d} ${e['f']} ${'g' . h}\";",
         "(template (index (property $a b) 'c') ' ' $d ' ' (index $e 'f') ' ' ($of (binary . 'g' "
         "h)))"},
        {"\"\\x41\\101\\u{e9}\\t\\$\\q\\\"\";", "'AA\xc3\xa9\t$\\q\"'"},
        {"'a\\'b\\\\c\\n';", "'a'b\\c\\n'"},
        {"b\"x\" . B'y';", "(binary . 'x' 'y')"},
        {"namespace\\f(\\A\\b());", "(call namespace\\f (arg (call \\A\\b)))"},
    };

    check_rows(rows, COUNT(rows), true);
}

static void
test_statements(void)
{
    static const struct row rows[] = {
        {";;", ""},
        {"echo $a, $b;", "(echo $a $b)"},
        {"?>html<?= $a ?>more<?php", "(html html) (echo $a) (html more)"},
        {"if ($a) f(); elseif ($b) g(); else if ($c) { h(); } else i();",
         "(if $a (call f) $b (call g) $c (block (call h)) (call i))"},
        {"if ($a): f(); elseif ($b): g(); else: h(); endif;",
         "(if $a (block (call f)) $b (block (call g)) (block (call h)))"},
        {"if ($a) if ($b) c(); else d();", "(if $a (if $b (call c) (call d)) -)"},
        {"if ($a);", "(if $a - -)"},
        {"while ($a) { b(); continue 2; }", "(while $a (block (call b) (continue)))"},
        {"while ($a): b(); endwhile;", "(while $a (block (call b)))"},
        {"do $a--; while ($a > 0);", "(do (step - $a) (binary > $a 0))"},
        {"for ($i = 0, $j = 1; $i < 5; $i++, $j--) f($i);",
         "(for (block (assign $i 0) (assign $j 1)) (block (binary < $i 5)) (block (step + $i) "
         "(step - $j)) (call f (arg $i)))"},
        {"for (;;): break; endfor;", "(for (block) (block) (block) (block (break)))"},
        {"foreach ($a as $b) c();", "(foreach $a - $b (call c))"},
        {"foreach ($a as $k => &$v) { c(); }", "(foreach $a $k (unary & $v) (block (call c)))"},
        {"foreach ($a as [$b, $c]): d(); endforeach;",
         "(foreach $a - (array (item - $b) (item - $c)) (block (call d)))"},
        {"switch ($a) { case 1: f(); break; case 2; default: g(); }",
         "(switch $a (case 1 (block (call f) (break))) (case 2 (block)) (case - (block (call "
         "g))))"},
        {"switch ($a): case 1: f(); endswitch;", "(switch $a (case 1 (block (call f))))"},
        {"try { f(); } catch (A | B $e) { g(); } catch (C) { } finally { h(); }",
         "(try (block (call f)) (block (call h)) (catch A $e (block (call g))) (catch C - "
         "(block)))"},
        {"return;", "(return -)"},
        {"return $a;", "(return $a)"},
        {"global $a, $$b;", "(global $a ($of $b))"},
        {"static $a = 1, $b;", "(static (assign $a 1) $b)"},
        {"unset($a, $b['c']);", "(unset $a (index $b 'c'))"},
        {"function f(?A $a, B&C &$b = 1, (D&E)|null ...$c): ?array { return 1; }",
         "(function f (parameters (parameter a -) (parameter & b 1) (parameter . c -)) (block "
         "(return 1)))"},
        {"function &f();", "(function f (parameters) -)"},
        {"abstract class A extends B implements C, D { const X = 1, Y = 2; public static ?int $a = "
         "1, $b; abstract function f(); final protected function list() {} use T, U { f as g; T::h "
         "insteadof U; } }",
         "(class A:B (constant X 1) (constant Y 2) (member s a 1) (member s b -) (function f "
         "(parameters) -) (function list (parameters) (block)) (use T) (use U))"},
        {"final readonly class A { public function __construct(private readonly int $x = 1, "
         "public(set) string $y) {} }",
         "(class A (function __construct (parameters (parameter x 1) (parameter y -)) (block)))"},
        {"interface A extends B, C { const int X = 1; function f(); }",
         "(class A:B (constant X 1) (function f (parameters) -))"},
        {"trait T { var $a; }", "(class T (member a -))"},
        {"enum A: string implements B { case X = 'x'; case Y; const Z = self::X; function f() {} }",
         "(class A (constant X 'x') (constant Y -) (constant Z (class-constant X self)) (function "
         "f (parameters) (block)))"},
        {"class A { public string $a { get => $this->b; set($v) { f($v); } } public $c = 'd' { "
         "get; } }",
         "(class A (member a - (function get (parameters) (property $this b)) (function set "
         "(parameters (parameter v -)) (block (call f (arg $v))))) (member c 'd' (function get "
         "(parameters) -)))"},
        {"namespace A\\B; ", "(namespace A\\B -)"},
        {"namespace { f(); }", "(namespace (block (call f)))"},
        {"use A\\B, C as D;", "(block (use A\\B) (use C:D))"},
        {"use function A\\f;", "(block (use A\\f))"},
        {"use A\\{B, C as D, function e};", "(block (use A\\B) (use A\\C:D) (use A\\e))"},
        {"const A = 1, B = 2;", "(block (constant A 1) (constant B 2))"},
        {"declare(strict_types=1);", "(declare -)"},
        {"declare(ticks=1) { f(); }", "(declare (block (call f)))"},
        {"goto a; a: f();", "(goto a) (label a) (call f)"},
        {"enum($a); readonly($b);", "(call enum (arg $a)) (call readonly (arg $b))"},
        {"#[A] function f(#[B] $c) {}", "(function f (parameters (parameter c -)) (block))"},
        {"$a = <<<X\n  a\n   b$c\n  X; f();", "(assign $a (template 'a\n b' $c)) (call f)"},
        {"$a = <<<'X'\n \\n\n X . <<<\"Y\"\n\\n\nY;", "(assign $a (binary . '\\n' '\n'))"},
        {"__halt_compiler(); <?php f();", "(call __halt_compiler) (html  <?php f();)"},
        {"throw $a;", "(throw $a)"},
        {"class A { public function f(self $a, array $b = [], callable $c = null) : static { } }",
         "(class A (function f (parameters (parameter a -) (parameter b (array)) (parameter c "
         "null)) (block)))"},
    };

    check_rows(rows, COUNT(rows), true);
}

/* Code that PHP refuses: each call in it is in the tree. */
static void
test_broken(void)
{
    static const struct row rows[] = {
        {"f(g($a) h($b);", "(call f (arg (call g (arg $a)))) (call h (arg $b))"},
        {"f($a, , $b) mail($c);", "(call f (arg $a) (arg $b)) (call mail (arg $c))"},
        {"$a = ; mail($b);", "(assign $a (error)) (call mail (arg $b))"},
        {") ] } mail($a);", "(error) (call mail (arg $a))"},
        {"if ($a { mail($b); }", "(if (index $a (call mail (arg $b))) - -) (error)"},
        {"class { function f() { mail($a); } }",
         "(error) (block (function f (parameters) (block (call mail (arg $a)))))"},
        {"function ($a mail($b);",
         "(closure (parameters (parameter a -)) - -) (call mail (arg $b))"},
        {"\"{$a mail($b)}\";", "(template $a (call mail (arg $b)))"},
        {"-> mail($a);", "(method (error) mail (arg $a))"},
        {"$a = [1, mail($b;", "(assign $a (array (item - 1) (item - (call mail (arg $b)))))"},
        {"#[ x\nmail($a); f();", "(error x) (call mail (arg $a)) (call f)"},
        {"try mail($a); ", "(try) (call mail (arg $a))"},
        {"switch ($a) mail($b);", "(switch $a) (call mail (arg $b))"},
        {"foreach $a as $b mail($c);", "(foreach $a - $b (call mail (arg $c)))"},
    };

    check_rows(rows, COUNT(rows), false);
}

/* The height that `depth` tells, checked on the way; counts the nodes of a kind. */
static uint32_t
walk(const struct node *node, enum node_kind kind, uint32_t *count)
{
    uint32_t height = 0;

    *count += node->kind == kind;
    for (const struct node *child = node->child; child; child = child->next) {
        uint32_t below = walk(child, kind, count) + 1;

        height = below > height ? below : height;
    }
    CHECK(height == node->depth);
    return height;
}

/* `begin`, `count` times `repeated`, and `end`. */
static struct str
repeat(struct arena *arena, const char *begin, const char *repeated, size_t count, const char *end)
{
    size_t begin_len = strlen(begin), len = strlen(repeated), end_len = strlen(end);
    char *text = arena_alloc(arena, begin_len + len * count + end_len + 1);
    char *at = text;

    if (!text)
        return STR_EMPTY;
    memcpy(at, begin, begin_len);
    at += begin_len;
    for (size_t i = 0; i < count; i++, at += len)
        memcpy(at, repeated, len);
    memcpy(at, end, end_len);
    return (struct str){text, begin_len + len * count + end_len};
}

/* However deep the code nests, the tree keeps its ceiling, and a call behind all that is found. */
static void
test_depth(void)
{
    static const struct {
        const char *begin, *repeated, *end;
    } rows[] = {
        {"", "(", ";mail();"},
        {"", "[", ";mail();"},
        {"", "f(", "g();mail();"},
        {"", "!", "a;mail();"},
        {"", "{", "mail();"},
        {"", "if(a)", "mail();"},
        {"", "$a=", "1;mail();"},
        {"", "$a?", "1;mail();"},
        {"", "$a?:", "1;mail();"},
        {"$a", "-$a", ";mail();"},
        {"$a", "??$a", ";mail();"},
        {"$a", "->b()", ";mail();"},
        {"$a", "[0]", ";mail();"},
        {"", "\"{$a[", ";mail();"},
        {"", "fn()=>", "1;mail();"},
        {"", "function(){", "mail();"},
        {"", "new class{function f(){", "mail();"},
        {"", "function f($a{get($a{", ";mail();"},
        {"", "#[", ";mail();"},
        {"", "match(a){", "mail();"},
        {"", "switch(a){case 1:", "mail();"},
        {"", "$", "a;mail();"},
        {"", "new ", "a;mail();"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(64 << 20);
        struct str code = repeat(arena, rows[i].begin, rows[i].repeated, 2000, rows[i].end);
        struct parse_result result = parse_code(code, 1, arena);
        uint32_t calls = 0;

        CHECK_ROW(i, walk(result.root, NODE_CALL, &calls) <= PARSE_DEPTH_MAX);
        CHECK_ROW(i, calls > 0 || *rows[i].repeated == '"');
        CHECK_ROW(i, !result.is_cut);
        arena_free(arena);
    }
}

/* Chains of any length are one node. */
static void
test_flat(void)
{
    static const struct {
        const char *begin, *repeated, *end;
        uint32_t kind, height;
    } rows[] = {
        {"$a = 'a'", ".'a'", ";", NODE_ASSIGN, 3},     {"$a", "&&$a", ";", NODE_BINARY, 2},
        {"$a", " or $a", ";", NODE_BINARY, 2},         {"if(a)b;", "elseif(a)b;", "", NODE_IF, 2},
        {"if(a)b;", "else if(a){b;}", "", NODE_IF, 3},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(64 << 20);
        struct str code = repeat(arena, rows[i].begin, rows[i].repeated, 20 * 1000, rows[i].end);
        struct parse_result result = parse_code(code, 1, arena);
        uint32_t count = 0;

        CHECK_ROW(i, walk(result.root, rows[i].kind, &count) == rows[i].height);
        CHECK_ROW(i, count == 1);
        CHECK_ROW(i, result.errors == 0);
        arena_free(arena);
    }
}

/* Where nodes or memory end, the tree ends, and says so. */
static void
test_ceilings(void)
{
    struct arena *arena = arena_new(256 << 20);
    struct str code = repeat(arena, "f(", "$a,", PARSE_NODES_MAX, ");");
    struct parse_result result = parse_code(code, 1, arena);
    uint32_t calls = 0;

    CHECK(result.is_cut);
    CHECK(result.nodes == PARSE_NODES_MAX);
    (void)walk(result.root, NODE_CALL, &calls);
    CHECK(calls == 1);
    arena_free(arena);

    for (size_t limit = 0; limit < 4000; limit += 50) {
        arena = arena_new(limit);
        result = parse_code(STR("f(\"a\\n$b\", [1]); class A { function f() { g(); } }"), 1, arena);
        if (result.root)
            (void)walk(result.root, NODE_CALL, &calls);
        CHECK_ROW(limit, result.is_cut == (limit < 1500) || (limit >= 1000 && limit < 2500));
        CHECK_ROW(limit, (result.root == NULL) == (limit < sizeof(struct node)));
        arena_free(arena);
    }
}

static void
test_positions(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct parse_result result = parse_file(STR("a\n<?php\n$b = 'c' .\n d();"), arena);
    const struct node *assign = node_child(result.root, 1);
    const struct node *binary = node_child(assign, 1);

    CHECK(assign->kind == NODE_ASSIGN && assign->line == 3);
    CHECK(node_child(binary, 0)->line == 3 && node_child(binary, 1)->line == 4);
    CHECK_STR(node_child(binary, 0)->raw, "'c'");
    CHECK(node_child(binary, 2)->kind == NODE_NONE && node_count(binary) == 2);
    result = parse_code(STR("\n0x10; 017; 9223372036854775807; 9223372036854775808;"), 7, arena);
    CHECK(result.root->line == 7 && result.root->child->line == 8);
    CHECK(node_child(result.root, 0)->number == 16);
    CHECK(node_child(result.root, 1)->number == 15);
    CHECK(node_child(result.root, 2)->number == INT64_MAX);
    CHECK(node_child(result.root, 3)->kind == NODE_FLOAT);
    arena_free(arena);
}

static const struct tap_case cases[] = {
    {"expressions", test_expressions},
    {"statements", test_statements},
    {"broken code", test_broken},
    {"the ceiling of the height", test_depth},
    {"chains", test_flat},
    {"the ceilings of nodes and memory", test_ceilings},
    {"lines and numbers", test_positions},
};

int
main(void)
{
    return tap_main(cases, COUNT(cases));
}
