"""Domains of mail providers: customers who share one need not know each other."""

from __future__ import annotations

PROVIDERS = """
gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.co.in yahoo.co.jp yahoo.fr yahoo.de yahoo.es
yahoo.it yahoo.ca yahoo.com.br ymail.com rocketmail.com hotmail.com hotmail.co.uk hotmail.fr
hotmail.de hotmail.es hotmail.it outlook.com outlook.de outlook.fr outlook.es live.com live.co.uk
live.fr live.nl msn.com icloud.com me.com mac.com aol.com aim.com gmx.de gmx.net gmx.com gmx.at
gmx.ch web.de t-online.de freenet.de arcor.de mail.com mail.ru bk.ru list.ru inbox.ru yandex.ru
yandex.com rambler.ru ukr.net protonmail.com proton.me pm.me tutanota.com fastmail.com zoho.com
hey.com orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr libero.it virgilio.it
alice.it tin.it tiscali.it seznam.cz centrum.cz email.cz wp.pl o2.pl onet.pl interia.pl op.pl
bluewin.ch hispavista.com telefonica.net terra.com.br uol.com.br bol.com.br ig.com.br sapo.pt
telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl hetnet.nl home.nl comcast.net verizon.net
att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net shaw.ca rogers.com
sympatico.ca btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net blueyonder.co.uk
bigpond.com optusnet.com.au xtra.co.nz qq.com 163.com 126.com sina.com sohu.com foxmail.com
naver.com hanmail.net daum.net rediffmail.com
"""
PUBLIC_DOMAINS = PROVIDERS.split()
