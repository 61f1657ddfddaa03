#include "audit/password_make.h"

#define LETTERS 20U
#define LETTERS_GROUP 4U
#define WORDS 5U
#define SYLLABLES 3U /* of a word */

size_t
password_make_letters(const unsigned char random[PASSWORD_MAKE_RANDOM_BYTES], char *ret_text)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    size_t len = 0;

    for (size_t i = 0; i < LETTERS; i++) {
        if (i && i % LETTERS_GROUP == 0)
            ret_text[len++] = '-';
        ret_text[len++] = letters[random[i] & 31];
    }
    return len;
}

size_t
password_make_words(const unsigned char random[PASSWORD_MAKE_RANDOM_BYTES], char *ret_text)
{
    static const char consonants[] = "bdfgklmnprstvwzj", vowels[] = "aiou";
    size_t len = 0;

    for (size_t i = 0; i < WORDS * SYLLABLES; i++) {
        if (i && i % SYLLABLES == 0)
            ret_text[len++] = '-';
        ret_text[len++] = consonants[random[i] & 15];
        ret_text[len++] = vowels[random[i] >> 4 & 3];
    }
    return len;
}
