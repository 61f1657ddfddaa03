<?php
echo '<form method="post" action="' . $url . '" id="tell-a-friend">';
echo '<input name="your_email"><input name="friend_email"><textarea name="text"></textarea>';
echo '<div class="frc-captcha" data-sitekey="KEY"></div>';
echo '<input type="submit" value="Tell a friend"></form>';
