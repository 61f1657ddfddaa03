#include "scan/form_words.h"

#include "base/utf8.h"

struct word {
    const char *text;
    uint8_t what;
};

/* Whole words are written with the blanks around them. */
static const struct word topic_words[] = {
    {"callback", TOPIC_CALLBACK},
    {"call back", TOPIC_CALLBACK},
    {"call-back", TOPIC_CALLBACK},
    {"callme", TOPIC_CALLBACK},
    {"call me", TOPIC_CALLBACK},
    {"call-me", TOPIC_CALLBACK},
    {"call_me", TOPIC_CALLBACK},
    {"request a call", TOPIC_CALLBACK},
    {"звонок", TOPIC_CALLBACK},
    {"перезвон", TOPIC_CALLBACK},
    {"передзвон", TOPIC_CALLBACK},
    {"дзвінок", TOPIC_CALLBACK},
    {"zvonok", TOPIC_CALLBACK},
    {"perezvon", TOPIC_CALLBACK},
    {"rückruf", TOPIC_CALLBACK},
    {"rueckruf", TOPIC_CALLBACK},
    {"zurückruf", TOPIC_CALLBACK},
    {"rappel", TOPIC_CALLBACK},
    {"llámame", TOPIC_CALLBACK},
    {"llamada", TOPIC_CALLBACK},
    {"te llamamos", TOPIC_CALLBACK},
    {"richiam", TOPIC_CALLBACK},
    {"oddzwo", TOPIC_CALLBACK},
    {"zadzwo", TOPIC_CALLBACK},
    {"me ligue", TOPIC_CALLBACK},
    {"ligamos", TOPIC_CALLBACK},
    {"terugbel", TOPIC_CALLBACK},
    {"bel mij", TOPIC_CALLBACK},
    {"beni ara", TOPIC_CALLBACK},
    {"geri ara", TOPIC_CALLBACK},
    {"quick order", TOPIC_ORDER},
    {"quickorder", TOPIC_ORDER},
    {"quick-order", TOPIC_ORDER},
    {"quick_order", TOPIC_ORDER},
    {"fast order", TOPIC_ORDER},
    {"fastorder", TOPIC_ORDER},
    {"fast-order", TOPIC_ORDER},
    {"one click", TOPIC_ORDER},
    {"one-click", TOPIC_ORDER},
    {"oneclick", TOPIC_ORDER},
    {"1 click", TOPIC_ORDER},
    {"1-click", TOPIC_ORDER},
    {"buy1click", TOPIC_ORDER},
    {"1 клик", TOPIC_ORDER},
    {"1 клік", TOPIC_ORDER},
    {"один клик", TOPIC_ORDER},
    {"быстрый заказ", TOPIC_ORDER},
    {"заказать", TOPIC_ORDER},
    {"оформить заказ", TOPIC_ORDER},
    {"купить", TOPIC_ORDER},
    {"предзаказ", TOPIC_ORDER},
    {"замовити", TOPIC_ORDER},
    {"pre-order", TOPIC_ORDER},
    {"preorder", TOPIC_ORDER},
    {"zakaz", TOPIC_ORDER},
    {"schnellbestell", TOPIC_ORDER},
    {"jetzt bestellen", TOPIC_ORDER},
    {"commande rapide", TOPIC_ORDER},
    {"commander", TOPIC_ORDER},
    {"pedido rápido", TOPIC_ORDER},
    {"ordine rapido", TOPIC_ORDER},
    {"zamów", TOPIC_ORDER},
    {"snel bestellen", TOPIC_ORDER},
    {"hızlı sipariş", TOPIC_ORDER},
    {"sipariş ver", TOPIC_ORDER},
    {"tell a friend", TOPIC_FRIEND},
    {"tell-a-friend", TOPIC_FRIEND},
    {"tell_a_friend", TOPIC_FRIEND},
    {"tellafriend", TOPIC_FRIEND},
    {"tell_friend", TOPIC_FRIEND},
    {"to a friend", TOPIC_FRIEND},
    {"to friend", TOPIC_FRIEND},
    {"tofriend", TOPIC_FRIEND},
    {"to-friend", TOPIC_FRIEND},
    {"a friend", TOPIC_FRIEND},
    {"your friend", TOPIC_FRIEND},
    {"friend's", TOPIC_FRIEND},
    {"emailfriend", TOPIC_FRIEND},
    {"посоветовать", TOPIC_FRIEND},
    {"другу", TOPIC_FRIEND},
    {"recommend", TOPIC_FRIEND},
    {"weiterempfehl", TOPIC_FRIEND},
    {"einem freund", TOPIC_FRIEND},
    {"freunde", TOPIC_FRIEND},
    {"à un ami", TOPIC_FRIEND},
    {"a un amigo", TOPIC_FRIEND},
    {"un amico", TOPIC_FRIEND},
    {"um amigo", TOPIC_FRIEND},
    {"znajom", TOPIC_FRIEND},
    {"een vriend", TOPIC_FRIEND},
    {"arkadaş", TOPIC_FRIEND},
    {"register", TOPIC_REGISTER},
    {"registration", TOPIC_REGISTER},
    {"sign up", TOPIC_REGISTER},
    {"signup", TOPIC_REGISTER},
    {"sign-up", TOPIC_REGISTER},
    {"sign_up", TOPIC_REGISTER},
    {"create account", TOPIC_REGISTER},
    {"create an account", TOPIC_REGISTER},
    {"createaccount", TOPIC_REGISTER},
    {"create-account", TOPIC_REGISTER},
    {"регистрац", TOPIC_REGISTER},
    {"зарегистр", TOPIC_REGISTER},
    {"реєстрац", TOPIC_REGISTER},
    {"зареєстр", TOPIC_REGISTER},
    {"registrier", TOPIC_REGISTER},
    {"konto erstellen", TOPIC_REGISTER},
    {"inscription", TOPIC_REGISTER},
    {"s'inscrire", TOPIC_REGISTER},
    {"créer un compte", TOPIC_REGISTER},
    {"registrar", TOPIC_REGISTER},
    {"regístr", TOPIC_REGISTER},
    {"registro", TOPIC_REGISTER},
    {"crear cuenta", TOPIC_REGISTER},
    {"crea account", TOPIC_REGISTER},
    {"registrati", TOPIC_REGISTER},
    {"rejestrac", TOPIC_REGISTER},
    {"zarejestr", TOPIC_REGISTER},
    {"załóż konto", TOPIC_REGISTER},
    {"cadastr", TOPIC_REGISTER},
    {"criar conta", TOPIC_REGISTER},
    {"registreren", TOPIC_REGISTER},
    {"account aanmaken", TOPIC_REGISTER},
    {"kayıt ol", TOPIC_REGISTER},
    {"üye ol", TOPIC_REGISTER},
    {"hesap oluştur", TOPIC_REGISTER},
    {"注册", TOPIC_REGISTER},
    {"comment", TOPIC_COMMENT},
    {"guestbook", TOPIC_COMMENT},
    {"review", TOPIC_COMMENT},
    {"kommentar", TOPIC_COMMENT},
    {"gästebuch", TOPIC_COMMENT},
    {"bewertung", TOPIC_COMMENT},
    {"comentario", TOPIC_COMMENT},
    {"comentário", TOPIC_COMMENT},
    {"komentarz", TOPIC_COMMENT},
    {"opinię", TOPIC_COMMENT},
    {"reactie", TOPIC_COMMENT},
    {"yorum", TOPIC_COMMENT},
    {"комментар", TOPIC_COMMENT},
    {"коментар", TOPIC_COMMENT},
    {"отзыв", TOPIC_COMMENT},
    {"відгук", TOPIC_COMMENT},
    {"гостев", TOPIC_COMMENT},
    {"otzyv", TOPIC_COMMENT},
    {"newsletter", TOPIC_NEWSLETTER},
    {"subscri", TOPIC_NEWSLETTER},
    {"mailing list", TOPIC_NEWSLETTER},
    {"mailchimp", TOPIC_NEWSLETTER},
    {"рассылк", TOPIC_NEWSLETTER},
    {"розсилк", TOPIC_NEWSLETTER},
    {"подпис", TOPIC_NEWSLETTER},
    {"підпис", TOPIC_NEWSLETTER},
    {"abonnier", TOPIC_NEWSLETTER},
    {"s'abonner", TOPIC_NEWSLETTER},
    {"abonnez", TOPIC_NEWSLETTER},
    {"suscrib", TOPIC_NEWSLETTER},
    {"iscriv", TOPIC_NEWSLETTER},
    {"zapisz się", TOPIC_NEWSLETTER},
    {"biuletyn", TOPIC_NEWSLETTER},
    {"assine", TOPIC_NEWSLETTER},
    {"inscreva", TOPIC_NEWSLETTER},
    {"abonneren", TOPIC_NEWSLETTER},
    {"nieuwsbrief", TOPIC_NEWSLETTER},
    {"bülten", TOPIC_NEWSLETTER},
    {"abone ol", TOPIC_NEWSLETTER},
    {"forgot", TOPIC_PASSWORD},
    {"lost password", TOPIC_PASSWORD},
    {"lost your password", TOPIC_PASSWORD},
    {"lostpassword", TOPIC_PASSWORD},
    {"lost-password", TOPIC_PASSWORD},
    {"lost_password", TOPIC_PASSWORD},
    {"reset password", TOPIC_PASSWORD},
    {"password reset", TOPIC_PASSWORD},
    {"resetpassword", TOPIC_PASSWORD},
    {"reset-password", TOPIC_PASSWORD},
    {"password/email", TOPIC_PASSWORD},
    {"sendpassword", TOPIC_PASSWORD},
    {"recover", TOPIC_PASSWORD},
    {"remind", TOPIC_PASSWORD},
    {"new password", TOPIC_PASSWORD},
    {"newpassword", TOPIC_PASSWORD},
    {"забыли", TOPIC_PASSWORD},
    {"восстанов", TOPIC_PASSWORD},
    {"відновл", TOPIC_PASSWORD},
    {"passwort vergessen", TOPIC_PASSWORD},
    {"passwort zurück", TOPIC_PASSWORD},
    {"mot de passe oublié", TOPIC_PASSWORD},
    {"olvid", TOPIC_PASSWORD},
    {"dimenticat", TOPIC_PASSWORD},
    {"zapomn", TOPIC_PASSWORD},
    {"esquec", TOPIC_PASSWORD},
    {"wachtwoord vergeten", TOPIC_PASSWORD},
    {"şifremi unut", TOPIC_PASSWORD},
    {"contact", TOPIC_CONTACT},
    {"feedback", TOPIC_CONTACT},
    {"enquir", TOPIC_CONTACT},
    {"inquir", TOPIC_CONTACT},
    {"send us", TOPIC_CONTACT},
    {"sendmail", TOPIC_CONTACT},
    {"send_mail", TOPIC_CONTACT},
    {"send-mail", TOPIC_CONTACT},
    {"mail.php", TOPIC_CONTACT},
    {"write to us", TOPIC_CONTACT},
    {"ask a question", TOPIC_CONTACT},
    {"askquestion", TOPIC_CONTACT},
    {"request a quote", TOPIC_CONTACT},
    {"free quote", TOPIC_CONTACT},
    {"get in touch", TOPIC_CONTACT},
    {"your message", TOPIC_CONTACT},
    {"send message", TOPIC_CONTACT},
    {"support request", TOPIC_CONTACT},
    {"kontakt", TOPIC_CONTACT},
    {"nachricht", TOPIC_CONTACT},
    {"anfrage", TOPIC_CONTACT},
    {"обратн", TOPIC_CONTACT},
    {"связат", TOPIC_CONTACT},
    {"сообщени", TOPIC_CONTACT},
    {"вопрос", TOPIC_CONTACT},
    {"напис", TOPIC_CONTACT},
    {"заявк", TOPIC_CONTACT},
    {"зв'яз", TOPIC_CONTACT},
    {"повідомлен", TOPIC_CONTACT},
    {"mensaje", TOPIC_CONTACT},
    {"messaggio", TOPIC_CONTACT},
    {"contatt", TOPIC_CONTACT},
    {"contato", TOPIC_CONTACT},
    {"mensagem", TOPIC_CONTACT},
    {"wiadomoś", TOPIC_CONTACT},
    {"bericht", TOPIC_CONTACT},
    {"iletişim", TOPIC_CONTACT},
    {"mesaj", TOPIC_CONTACT},
    {"search", TOPIC_SEARCH},
    {"поиск", TOPIC_SEARCH},
    {"найти", TOPIC_SEARCH},
    {"suchen", TOPIC_SEARCH},
    {"rechercher", TOPIC_SEARCH},
    {"buscar", TOPIC_SEARCH},
    {"cerca", TOPIC_SEARCH},
    {"szukaj", TOPIC_SEARCH},
    {"zoeken", TOPIC_SEARCH},
    {"login", TOPIC_LOGIN},
    {"log in", TOPIC_LOGIN},
    {"log-in", TOPIC_LOGIN},
    {"sign in", TOPIC_LOGIN},
    {"signin", TOPIC_LOGIN},
    {"войти", TOPIC_LOGIN},
    {"авториз", TOPIC_LOGIN},
    {"einloggen", TOPIC_LOGIN},
    {"connexion", TOPIC_LOGIN},
    {"iniciar ses", TOPIC_LOGIN},
    {"accedi", TOPIC_LOGIN},
    {"zaloguj", TOPIC_LOGIN},
    {"inloggen", TOPIC_LOGIN},
    {"giriş", TOPIC_LOGIN},
    {"登录", TOPIC_LOGIN},
    {"checkout", TOPIC_SHOP},
    {"billing", TOPIC_SHOP},
    {"shipping", TOPIC_SHOP},
    {"credit card", TOPIC_SHOP},
    {"payment", TOPIC_SHOP},
    {"cart", TOPIC_SHOP},
    {"coupon", TOPIC_SHOP},
    {"filter", TOPIC_SHOP},
    {"корзин", TOPIC_SHOP},
    {"оплат", TOPIC_SHOP},
    {"доставк", TOPIC_SHOP},
    {"warenkorb", TOPIC_SHOP},
    {"admin", TOPIC_ADMIN},
    {"setting", TOPIC_ADMIN},
    {"config", TOPIC_ADMIN},
    {"install", TOPIC_ADMIN},
    {"options.php", TOPIC_ADMIN},
    {"update", TOPIC_ADMIN},
    {"delete", TOPIC_ADMIN},
    {"edit", TOPIC_ADMIN},
    {"save", TOPIC_ADMIN},
    {"moderat", TOPIC_ADMIN},
    {"import", TOPIC_ADMIN},
    {"export", TOPIC_ADMIN},
    {"dashboard", TOPIC_ADMIN},
    {"backend", TOPIC_ADMIN},
    {"настройк", TOPIC_ADMIN},
    {"сохранить", TOPIC_ADMIN},
    {"удалить", TOPIC_ADMIN},
    {"speichern", TOPIC_ADMIN},
    {"enregistrer", TOPIC_ADMIN},
    {"guardar", TOPIC_ADMIN},
    {"salva", TOPIC_ADMIN},
    {"zapisz zmiany", TOPIC_ADMIN},
    {"opslaan", TOPIC_ADMIN},
    {"kaydet", TOPIC_ADMIN},
    {"保存", TOPIC_ADMIN},
    {"修改", TOPIC_ADMIN},
    {"编辑", TOPIC_ADMIN},
    {"后台", TOPIC_ADMIN},
    {"添加", TOPIC_ADMIN},
    {"设置", TOPIC_ADMIN},
};

/* In this order: the first that fits. */
static const struct word role_words[] = {
    {"card_number", ROLE_SHOP},  {"cardnumber", ROLE_SHOP},  {"cvv", ROLE_SHOP},
    {"cvc", ROLE_SHOP},          {"billing", ROLE_SHOP},     {"shipping", ROLE_SHOP},
    {"quantity", ROLE_SHOP},     {" qty", ROLE_SHOP},        {"coupon", ROLE_SHOP},
    {"price", ROLE_SHOP},        {"filter", ROLE_SHOP},      {"smtp", ROLE_ADMIN},
    {"config", ROLE_ADMIN},      {"setting", ROLE_ADMIN},    {"option[", ROLE_ADMIN},
    {"options[", ROLE_ADMIN},    {"params[", ROLE_ADMIN},    {"meta_", ROLE_ADMIN},
    {"database", ROLE_ADMIN},    {" db", ROLE_ADMIN},        {"hostname", ROLE_ADMIN},
    {"sort_order", ROLE_ADMIN},  {"permission", ROLE_ADMIN}, {"template", ROLE_ADMIN},
    {"admin", ROLE_ADMIN},       {"search", ROLE_SEARCH},    {"query", ROLE_SEARCH},
    {"keyword", ROLE_SEARCH},    {" q ", ROLE_SEARCH},       {" s ", ROLE_SEARCH},
    {"поиск", ROLE_SEARCH},      {"suche", ROLE_SEARCH},     {"recherche", ROLE_SEARCH},
    {"buscar", ROLE_SEARCH},     {"friend", ROLE_FRIEND},    {"freund", ROLE_FRIEND},
    {"amigo", ROLE_FRIEND},      {"recipient", ROLE_FRIEND}, {"email_to", ROLE_FRIEND},
    {"emailto", ROLE_FRIEND},    {"toemail", ROLE_FRIEND},   {"to_email", ROLE_FRIEND},
    {"mailto", ROLE_FRIEND},     {"друга", ROLE_FRIEND},     {"passw", ROLE_PASSWORD},
    {"login", ROLE_LOGIN},       {"username", ROLE_LOGIN},   {"user_name", ROLE_LOGIN},
    {"логин", ROLE_LOGIN},       {"mail", ROLE_EMAIL},       {"correo", ROLE_EMAIL},
    {"почт", ROLE_EMAIL},        {"phone", ROLE_PHONE},      {"telefon", ROLE_PHONE},
    {"teléfono", ROLE_PHONE},    {"téléphone", ROLE_PHONE},  {"telefoon", ROLE_PHONE},
    {" tel ", ROLE_PHONE},       {"_tel ", ROLE_PHONE},      {"-tel ", ROLE_PHONE},
    {"[tel", ROLE_PHONE},        {"mobil", ROLE_PHONE},      {"handy", ROLE_PHONE},
    {"celular", ROLE_PHONE},     {"телефон", ROLE_PHONE},    {"+7", ROLE_PHONE},
    {"+38", ROLE_PHONE},         {"message", ROLE_MESSAGE},  {"comment", ROLE_MESSAGE},
    {"enquiry", ROLE_MESSAGE},   {"inquiry", ROLE_MESSAGE},  {"question", ROLE_MESSAGE},
    {"nachricht", ROLE_MESSAGE}, {"mensaje", ROLE_MESSAGE},  {"сообщени", ROLE_MESSAGE},
    {"вопрос", ROLE_MESSAGE},    {"subject", ROLE_SUBJECT},  {"betreff", ROLE_SUBJECT},
    {"asunto", ROLE_SUBJECT},    {"тема", ROLE_SUBJECT},     {"name", ROLE_NAME},
    {" fio", ROLE_NAME},         {"author", ROLE_NAME},      {"nombre", ROLE_NAME},
    {" nom ", ROLE_NAME},        {"prénom", ROLE_NAME},      {" nome", ROLE_NAME},
    {"imię", ROLE_NAME},         {" imie", ROLE_NAME},       {"naam", ROLE_NAME},
    {"adınız", ROLE_NAME},       {"имя", ROLE_NAME},         {"зовут", ROLE_NAME},
    {"ім'я", ROLE_NAME},         {"фио", ROLE_NAME},
};

static uint32_t
small_letter(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c + 32;
    if (c >= 0xc0 && c <= 0xde && c != 0xd7)
        return c + 32;
    if (c == 0x130)
        return 'i';
    /* Latin Extended-A has its pairs even-odd, and odd-even from L with acute to N. */
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x14a && c <= 0x177))
        return c | 1;
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
        return c & 1 ? c + 1 : c;
    if (c >= 0x410 && c <= 0x42f)
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40f)
        return c + 0x50;
    return c;
}

/* The next character, folded; what is no UTF-8 as Windows-1251. */
static uint32_t
next_folded(struct str *text)
{
    size_t len = utf8_char_len(*text);
    uint32_t c;

    if (len) {
        c = utf8_char(*text, len);
    } else {
        unsigned char byte = (unsigned char)text->data[0];

        len = 1;
        c = byte >= 0xc0 ? 0x410u + (byte - 0xc0u) : ' ';
    }
    *text = str_from(*text, len);
    if (c <= ' ' || c == 0xa0)
        return ' ';
    return small_letter(c);
}

static size_t
put(uint32_t c, char *into)
{
    if (c < 0x80) {
        into[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        into[0] = (char)(0xc0 | c >> 6);
        into[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        into[0] = (char)(0xe0 | c >> 12);
        into[1] = (char)(0x80 | (c >> 6 & 0x3f));
        into[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    into[0] = ' ';
    return 1;
}

size_t
form_words_fold(struct str text, char *into, size_t len, size_t capacity)
{
    if (len < capacity && (!len || into[len - 1] != ' '))
        into[len++] = ' ';
    while (text.len && len + 4 <= capacity) {
        uint32_t c = next_folded(&text);

        if (c == ' ' && len && into[len - 1] == ' ')
            continue;
        len += put(c, into + len);
    }
    if (len < capacity && into[len - 1] != ' ')
        into[len++] = ' ';
    return len;
}

static bool
holds(struct str folded, const char *word)
{
    return folded.len && memmem(folded.data, folded.len, word, strlen(word)) != NULL;
}

uint32_t
form_words_topics(struct str folded)
{
    uint32_t topics = 0;

    for (size_t i = 0; i < sizeof(topic_words) / sizeof(topic_words[0]); i++) {
        uint32_t bit = UINT32_C(1) << topic_words[i].what;

        if (!(topics & bit) && holds(folded, topic_words[i].text))
            topics |= bit;
    }
    return topics;
}

enum form_role
form_words_role(struct str folded)
{
    for (size_t i = 0; i < sizeof(role_words) / sizeof(role_words[0]); i++) {
        if (holds(folded, role_words[i].text))
            return (enum form_role)role_words[i].what;
    }
    return ROLE_OTHER;
}
