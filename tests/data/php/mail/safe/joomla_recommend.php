<?php
// expect: nothing
class ShopControllerRecommend extends JController
{
    public function form()
    {
        $this->display();
    }

    public function send()
    {
        JRequest::checkToken() or jexit('Invalid Token');
        $user = JFactory::getUser();
        if ($user->guest) {
            $this->setRedirect('index.php?option=com_users&view=login');
            return;
        }
        $mailer = JFactory::getMailer();
        $mailer->addRecipient(JRequest::getVar('email'));
        $mailer->setSubject('A product');
        $mailer->setBody(JRequest::getString('comment'));
        $mailer->Send();
    }
}
