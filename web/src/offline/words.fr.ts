/** What is said of working away from the network, in French. */
export const FR = {
  "offline.as_of": "Hors ligne. Vous voyez l’état {when}.",
  "update.ready": "Une nouvelle version est prête.",
  "update.stale": "Cette page est d’une version antérieure à celle du serveur.",
  "update.kept": "Votre travail est gardé.",
  "update.do": "Recharger",
  "update.later": "Plus tard",
  "room.full":
    "Cet appareil n’a plus de place. Vos dernières modifications ne tiennent qu’à cette page : copiez-les, libérez de la place ou retrouvez le réseau avant de fermer.",
  "room.none":
    "Ce navigateur ne garde rien. Vos modifications ne tiennent qu’à cette page : copiez-les ou retrouvez le réseau avant de fermer.",
  "room.cleared":
    "Ce navigateur a effacé les copies de cet appareil et n’en garde plus. Vos modifications ne tiennent qu’à cette page : copiez-les ou retrouvez le réseau avant de fermer.",
  "room.copy": "Copier mes modifications",
  copied: "Copié",
  "unsent.badge": { one: "{count} non envoyée", other: "{count} non envoyées" },
  "unsent.badge.title": "Modifications gardées sur cet appareil {since}",
  "unsent.filter": { one: "{count} commande à synchroniser", other: "{count} commandes à synchroniser" },
  "unsent.all": "Toutes les commandes",
  "unsent.new": "Nouvelle commande, {name}",
  "unsent.order": "Commande {name}",
  "unsent.sending": "Envoi dès le retour du réseau",
  forgotten: {
    one: "Ce navigateur a effacé ses copies. {count} modification, pas encore envoyée, s’y trouvait {since} : elle est à refaire.",
    other:
      "Ce navigateur a effacé ses copies. {count} modifications, pas encore envoyées, s’y trouvaient {since} : elles sont à refaire.",
  },
  "put_out.title": "Votre accès a été retiré",
  "put_out.lead":
    "Votre entreprise a fermé votre compte. Ce qui suit n’est jamais parvenu au serveur : copiez-le, puis effacez les copies de cet appareil.",
  "put_out.remove": "Effacer les copies de cet appareil",
  "put_out.forgotten": "Votre entreprise a fermé votre compte. Cet appareil ne garde plus rien pour vous.",
  "put_out.door": "Ouvrir une autre session",
  lost: {
    one: "Vous n’avez plus accès à la commande {name}. {count} modification n’y est jamais parvenue.",
    other: "Vous n’avez plus accès à la commande {name}. {count} modifications n’y sont jamais parvenues.",
  },
  "lost.see": "Voir et copier",
  cleared:
    "Ce navigateur vient d’effacer les copies de cet appareil. La commande ouverte ici est gardée de nouveau et rien n’en est perdu; laissez cette page ouverte jusqu’au retour du réseau.",
  "forgotten.read": "J’ai lu",
  "leave.title": "Tout n’est pas envoyé",
  "leave.lead":
    "Fermer la session retire les copies de cet appareil. Ce qui suit n’est jamais parvenu au serveur et serait perdu.",
  "leave.copy": "Copier ce travail",
  "leave.stay": "Rester",
  "leave.go": "Fermer la session et perdre ce travail",
  "leave.item": { one: "{name} : {count} modification", other: "{name} : {count} modifications" },
  "leave.untold":
    "Session fermée sur cet appareil. Le serveur ne répond pas : il l’apprendra de la prochaine page ouverte ici.",
  "leave.reading": "Lecture de ce qui reste à envoyer…",
};
