"""wordpress - the blog as a real WordPress on MariaDB, both from Debian's packages.

The database has its own folder and socket in the node and no port. Everybody may register.
Mail leaves by PHP's mail(), as WordPress sends it; a plugin adds the label to each body.
"""

from people import FREE, SUBSCRIBERS
from web import php_version

FOLDER, DATA, SOCKET = "/srv/www/blog", "/var/lib/range-mysql", "/run/mysqld/mysqld.sock"
SYSTEM_TABLES = ("mysql_system_tables.sql", "mysql_performance_tables.sql",
                 "mysql_system_tables_data.sql")

CONFIG = f"""\
<?php
define('DB_NAME', 'blog');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{SOCKET}');
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', 'http://blog.example');
define('WP_SITEURL', 'http://blog.example');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISALLOW_FILE_MODS', true);
foreach (array('AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT',
               'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT') as $name) {{
    define($name, "range $name");
}}
$table_prefix = 'wp_';
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

PLUGIN = """\
<?php
/* A must-use plugin: the label of the request at the end of every mail, as everywhere in the range. */
add_filter('wp_mail', function ($mail) {
    $mail['message'] .= token();
    return $mail;
});
"""

INSTALL = f"""\
<?php
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = 'blog.example';
$_SERVER['REQUEST_URI'] = '/wp-admin/install.php';
require '{FOLDER}/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Blog', 'admin', 'admin@blog.example', true, '', 'correct-horse');
update_option('users_can_register', 1);
foreach (array({", ".join(f"'{one}'" for one in SUBSCRIBERS)}) as $name) {{
    wp_create_user($name, 'correct-horse', "$name@{FREE[0]}");
}}
"""


class Wordpress:
    packages = ("wordpress", "wordpress-theme-twentytwentythree", "mariadb-server-core", "libaio1",
                "liburing2", "php8.2-mysql")
    users = (("mysql", 5107),)

    def __init__(self, node, options):
        self.node = node

    def start_database(self):
        node, version = self.node, php_version(self.node)
        node.write("/etc/mysql/range.cnf", f"""\
[mysqld]
user = mysql
datadir = {DATA}
socket = {SOCKET}
pid-file = /run/mysqld/mysqld.pid
skip-networking
innodb_buffer_pool_size = 32M
innodb_log_file_size = 8M
innodb_flush_log_at_trx_commit = 0
""")
        node.run(f"""
            mkdir -p {DATA} /run/mysqld; chown mysql:mysql {DATA} /run/mysqld
            cd /usr/share/mysql
            {{ printf "CREATE DATABASE mysql;\\nUSE mysql;\\nSET @auth_root_socket = NULL;\\n"
               cat {" ".join(SYSTEM_TABLES)}; }} |
                mariadbd --defaults-file=/etc/mysql/range.cnf --bootstrap
            cp -rn /etc/php/{version}/fpm /etc/php/{version}/apache2
            for kind in cli fpm apache2; do
                printf 'extension=mysqlnd\\nextension=mysqli\\n' \\
                    >/etc/php/{version}/$kind/conf.d/20-range.ini
            done""")
        node.serve("/usr/sbin/mariadbd", "--defaults-file=/etc/mysql/range.cnf")
        node.run(f"""
            for _ in $(seq 200); do [ -S {SOCKET} ] && break; sleep 0.1; done; [ -S {SOCKET} ]
            php -r '(new mysqli("localhost", "root", "", "", 0, "{SOCKET}"))
                ->query("CREATE DATABASE blog CHARACTER SET utf8mb4");'""")

    def lay(self):
        node = self.node
        owner = node.run(f"stat -c %U {FOLDER}").strip()
        node.run(f"rm -rf {FOLDER}; cp -r /usr/share/wordpress {FOLDER}; rm -f {FOLDER}/.htaccess")
        node.write(f"{FOLDER}/wp-config.php", CONFIG)
        node.write(f"{FOLDER}/wp-content/mu-plugins/range.php", PLUGIN)
        node.run(f"mkdir -p {FOLDER}/wp-content/uploads; chown -R {owner} {FOLDER}")
        return owner

    def start(self):
        self.start_database()
        owner = self.lay()
        self.node.write("/srv/install.php", INSTALL)
        self.node.run("php -d auto_prepend_file=/srv/www/token.php -d mail.add_x_header=1 "
                      "-d mail.log=/var/log/php-mail.log /srv/install.php", user=owner)
