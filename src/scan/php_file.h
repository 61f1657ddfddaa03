#ifndef SCAN_PHP_FILE_H
#define SCAN_PHP_FILE_H

/*
 * php_file - a file with PHP in it: its tree, its flows, and who judges them.
 *
 *     signs        malicious.h   what only attackers write
 *     mails        mailing.h     what lets visitors mail through an honest script,
 *                  notification.h  or mail its owner as often as they like
 */

#include "scan/subject.h"

/* By its name, or by "<?php" in it whatever it is called. */
bool php_file_wants(const struct subject *subject);

/* False: a ceiling was met, and part of the file was not looked at. */
bool php_file_look(const struct subject *subject, struct arena *arena, struct findings *findings);

#endif
