<?php
// expect: open-relay
class ShopControllerRecommend extends JController
{
    public function form()
    {
        $user = JFactory::getUser();
        if ($user->guest) {
            $this->setRedirect('index.php?option=com_users&view=login');
            return;
        }
        $this->display();
    }

    public function send()
    {
        JRequest::checkToken() or jexit('Invalid Token');
        $mailer = JFactory::getMailer();
        $mailer->addRecipient(JRequest::getVar('email'));
        $mailer->setSubject('A product');
        $mailer->setBody(JRequest::getString('comment'));
        $mailer->Send();
    }
}
