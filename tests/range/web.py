"""web - the web servers of the node, and PHP behind them."""

import os

from lab import HOST

SITES = ("shop", "blog", "forum", "webmail")
HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = ("authz_core", "authz_host", "dir", "mime", "mpm_event", "proxy",
           "proxy_fcgi", "setenvif", "rewrite")


def php_version(node):
    """The version of PHP that Debian installed."""
    return node.run("ls /etc/php | sort -V | tail -n 1").strip()


class Sites:
    """The files of the sites; `extra` adds files that a scenario brings: {path: sample}."""

    def __init__(self, node, options, shared_user):
        self.node, self.options, self.shared_user = node, options, shared_user

    def user(self, site):
        return "www-data" if self.shared_user else f"web_{site}"

    def lay(self):
        node = self.node
        node.run(f"mkdir /srv/www; cp -r {HERE}/sites/. /srv/www/; chmod -R u=rwX,go=rX /srv/www")
        for site in SITES:
            node.run(f"chown -R {self.user(site)} /srv/www/{site}")
        for place in self.options.get("place", []):
            path = f"/srv/www/{place['site']}{place['path']}"
            node.run(f"mkdir -p $(dirname {path}); cp /srv/www/tools/{place['file']} {path}"
                     f"; chown {self.user(place['site'])} {path}; chmod 644 {path}")
        node.run("chmod 755 /srv/www/programs/*; rm -rf /srv/www/tools; touch /var/log/php-mail.log"
                 "; chmod 666 /var/log/php-mail.log; mkdir -p /var/log/access")


class Fpm:
    """A pool and user a site, or one pool of www-data for all."""

    def __init__(self, node, sites):
        self.node, self.sites = node, sites

    def start(self):
        node, version = self.node, php_version(self.node)
        text = "[global]\nerror_log = /var/log/php-fpm.log\ndaemonize = no\n"
        for site in SITES:
            text += f"""
[{site}]
user = {self.sites.user(site)}
group = www-data
listen = /run/php/{site}.sock
listen.owner = www-data
listen.group = www-data
pm = static
pm.max_children = 5
php_admin_value[mail.log] = /var/log/php-mail.log
php_admin_flag[mail.add_x_header] = on
php_admin_value[sendmail_path] = "/usr/sbin/sendmail -t -i"
php_admin_value[auto_prepend_file] = /srv/www/token.php
"""
        node.write("/etc/php/range-fpm.conf", text)
        node.run("mkdir -p /run/php")
        node.serve(f"/usr/sbin/php-fpm{version}", "-F", "-y", "/etc/php/range-fpm.conf")


class ApacheFpm:
    """A pool and user a site."""

    packages = ()
    shared_user = False

    def __init__(self, node, options):
        self.node = node
        self.sites = Sites(node, options, self.shared_user)

    def virtual_hosts(self):
        return "".join(f"""
<VirtualHost *:80>
ServerName {site}.example
DocumentRoot /srv/www/{site}
CustomLog /var/log/access/{site}.log combined
<FilesMatch "\\.php$">
{self.handler(site)}
</FilesMatch>
</VirtualHost>
""" for site in SITES)

    def handler(self, site):
        return f'SetHandler "proxy:unix:/run/php/{site}.sock|fcgi://{site}"'

    def modules(self):
        return MODULES

    def settings(self):
        return f"""\
ServerRoot /etc/apache2
ServerName {HOST}
Listen 0.0.0.0:80
User www-data
Group www-data
PidFile /run/apache.pid
DefaultRuntimeDir /run
Mutex file:/run default
ErrorLog /var/log/apache-error.log
TypesConfig /etc/mime.types
DirectoryIndex index.php
{"".join(f"LoadModule {one}_module /usr/lib/apache2/modules/mod_{one}.so" + chr(10)
         for one in self.modules())}
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" combined
<Directory /srv/www>
AllowOverride None
Require all granted
</Directory>
{self.virtual_hosts()}
"""

    def start_php(self):
        Fpm(self.node, self.sites).start()

    def start(self):
        self.start_php()
        self.node.write("/etc/apache2/range.conf", self.settings())
        self.node.serve("/usr/sbin/apache2", "-DFOREGROUND", "-f", "/etc/apache2/range.conf")
        self.node.await_port(80)


class ApacheWwwData(ApacheFpm):
    """PHP as a module of Apache: every site is www-data, and a uid says nothing."""

    packages = ("libapache2-mod-php8.2",)
    shared_user = True

    def modules(self):
        return [one for one in MODULES if one not in ("mpm_event", "proxy", "proxy_fcgi")] + [
            "mpm_prefork"]

    def settings(self):
        return super().settings() + """\
LoadModule php_module /usr/lib/apache2/modules/libphp8.2.so
StartServers 10
MaxRequestWorkers 40
php_admin_value mail.log /var/log/php-mail.log
php_admin_flag mail.add_x_header on
php_admin_value sendmail_path "/usr/sbin/sendmail -t -i"
php_admin_value auto_prepend_file /srv/www/token.php
"""

    def handler(self, site):
        return "SetHandler application/x-httpd-php"

    def start_php(self):
        pass


class NginxFpm(ApacheFpm):
    packages = ("nginx", "nginx-common")

    def settings(self):
        servers = "".join(f"""
server {{
    listen 80;
    server_name {site}.example;
    root /srv/www/{site};
    index index.php;
    access_log /var/log/access/{site}.log combined;
    location ~ \\.php$ {{
        include fastcgi_params;
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
        fastcgi_read_timeout 300;
        fastcgi_pass unix:/run/php/{site}.sock;
    }}
}}
""" for site in SITES)
        return f"""\
user www-data;
worker_processes 2;
daemon off;
pid /run/nginx.pid;
error_log /var/log/nginx-error.log;
events {{ worker_connections 500; }}
http {{
    include mime.types;
    client_body_temp_path /run/nginx-body;
    fastcgi_temp_path /run/nginx-fastcgi;
    proxy_temp_path /run/nginx-proxy;
    uwsgi_temp_path /run/nginx-uwsgi;
    scgi_temp_path /run/nginx-scgi;
    {servers}
}}
"""

    def start(self):
        self.start_php()
        self.node.run(f"mkdir -p /etc/nginx; cp {self.node.unpacked_of('nginxfpm')}/etc/nginx/* "
                      "/etc/nginx/ 2>/dev/null || true")
        self.node.write("/etc/nginx/nginx.conf", self.settings())
        self.node.serve("/usr/sbin/nginx", "-c", "/etc/nginx/nginx.conf")
        self.node.await_port(80)


WEBS = {"apache-fpm": ApacheFpm, "apache-www-data": ApacheWwwData, "nginx-fpm": NginxFpm}
