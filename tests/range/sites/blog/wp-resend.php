<?php
/* Run on the command line after the site moved: every user gets a new password mail. */
while (($to = fgets(STDIN)) !== false) {
    mail(trim($to), '[Blog] Your new password', 'Set your password.' . token('ham'),
         'From: WordPress <wordpress@blog.example>');
    usleep(60000);
}
