/* What Apache, nginx and PHP-FPM say of sites, as administrators write it. */

#include "site/site.h"
#include "tap.h"

static struct site_configs configs;

static void
start(void)
{
    arena_free(configs.arena);
    configs = (struct site_configs){.arena = arena_new(64 * 1024 * 1024)};
}

static void
apache_vhosts(void)
{
    start();
    CHECK(site_read_apache(STR("CustomLog ${APACHE_LOG_DIR}/other.log vhost_combined\n"
                               "<VirtualHost *:80>\n"
                               "  ServerName shop.example:80\n"
                               "  ServerAlias www.shop.example *.shop.example\n"
                               "  DocumentRoot \"/srv/my shop\"\n"
                               "  # CustomLog /wrong.log combined\n"
                               "  CustomLog /var/log/apache2/shop.log combined\n"
                               "  CustomLog \"|/usr/bin/logger\" combined\n"
                               "  <FilesMatch \\.php$>\n"
                               "    SetHandler \"proxy:unix:/run/php/shop.sock|fcgi://localhost\"\n"
                               "  </FilesMatch>\n"
                               "</VirtualHost>\n"
                               "<virtualhost 192.0.2.1:443>\n"
                               "servername blog.example\n"
                               "SuexecUserGroup web_blog web_blog\n"
                               "</virtualhost>\n"),
                           &configs));
    CHECK(configs.site_count == 2);
    CHECK(configs.sites[0].name_count == 2);
    CHECK_STR(configs.sites[0].names[0], "shop.example");
    CHECK_STR(configs.sites[0].names[1], "www.shop.example");
    CHECK_STR(configs.sites[0].docroot, "/srv/my shop");
    CHECK_STR(configs.sites[0].access_log, "/var/log/apache2/shop.log");
    CHECK_STR(configs.sites[0].socket, "/run/php/shop.sock");
    CHECK_STR(configs.sites[1].user, "web_blog");
    CHECK(configs.log_count == 1);
    CHECK_STR(configs.logs[0], "${APACHE_LOG_DIR}/other.log");
}

static void
nginx_servers(void)
{
    start();
    CHECK(site_read_nginx(
        STR("http { access_log /var/log/nginx/all.log main;\n"
            "server { listen 80; server_name shop.example www.shop.example;\n"
            "  root /srv/shop; # root /wrong;\n"
            "  access_log /var/log/nginx/shop.log;\n"
            "  location ~ \\.php$ { fastcgi_pass unix:/run/php/shop.sock; root /no; }\n"
            "  add_header X \"a; } server {\";\n"
            "}\n"
            "server { server_name _; access_log off;\n"
            "  location / { fastcgi_pass 127.0.0.1:9001; } }\n"
            "upstream x { server 192.0.2.1; } }\n"),
        &configs));
    CHECK(configs.site_count == 2);
    CHECK(configs.sites[0].name_count == 2);
    CHECK_STR(configs.sites[0].docroot, "/srv/shop");
    CHECK_STR(configs.sites[0].access_log, "/var/log/nginx/shop.log");
    CHECK_STR(configs.sites[0].socket, "/run/php/shop.sock");
    CHECK(configs.sites[1].name_count == 0);
    CHECK_STR(configs.sites[1].socket, "127.0.0.1:9001");
    CHECK(configs.log_count == 1);
}

static void
pools_give_sites_their_user(void)
{
    start();
    CHECK(site_read_php(STR("[global]\npid = /run/php.pid\n"
                            "[shop]\nuser = web_shop ; the shop's\nlisten = /run/php/shop.sock\n"
                            "php_admin_value[mail.log] = \"/var/log/php mail.log\"\n"
                            ";listen = /run/wrong.sock\n"),
                        &configs));
    CHECK(site_read_apache(STR("<VirtualHost *>\nServerName shop.example\nProxyPassMatch ^/(.*)$ "
                               "unix:/run/php/shop.sock|fcgi://x/\n</VirtualHost>\n"),
                           &configs));
    site_join_pools(&configs);
    CHECK_STR(configs.sites[0].user, "web_shop");
    CHECK(configs.log_count == 1);
    CHECK_STR(configs.logs[0], "/var/log/php mail.log");
}

static void
broken_files_do_no_harm(void)
{
    static const char *const rows[] = {"<VirtualHost",
                                       "</VirtualHost>\n</VirtualHost>",
                                       "server { server_name \"x",
                                       "}}}} server {",
                                       "[",
                                       "ServerName",
                                       "{{{{{{{{{{",
                                       "\"",
                                       "server { server_name a # b"};

    start();
    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK_ROW(i, site_read_apache(str_from_cstr(rows[i]), &configs));
        CHECK_ROW(i, site_read_nginx(str_from_cstr(rows[i]), &configs));
        CHECK_ROW(i, site_read_php(str_from_cstr(rows[i]), &configs));
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"Apache's vhosts", apache_vhosts},
        {"nginx's servers", nginx_servers},
        {"pools give sites their user", pools_give_sites_their_user},
        {"broken files do no harm", broken_files_do_no_harm},
    };
    int status = tap_main(cases, COUNT(cases));

    arena_free(configs.arena);
    return status;
}
