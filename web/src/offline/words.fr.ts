/** What is said of working away from the network, in French. */
export const FR = {
  "offline.as_of": "Hors ligne. Vous voyez l’état de {when}.",
  "update.ready": "Une nouvelle version est prête.",
  "update.stale": "Cette page est d’une version antérieure à celle du serveur.",
  "update.kept": "Votre travail est gardé.",
  "update.do": "Recharger",
  "update.later": "Plus tard",
  "room.full":
    "Cet appareil n’a plus de place. Vos dernières modifications ne tiennent qu’à cette page : copiez-les, libérez de la place ou retrouvez le réseau avant de fermer.",
  "room.none":
    "Ce navigateur ne garde rien. Vos modifications ne tiennent qu’à cette page : copiez-les ou retrouvez le réseau avant de fermer.",
  "room.copy": "Copier mes modifications",
  copied: "Copié",
  "unsent.badge": { one: "{count} non envoyée", other: "{count} non envoyées" },
  "unsent.badge.title": "Modifications gardées sur cet appareil depuis {since}",
  "unsent.filter": { one: "{count} commande à synchroniser", other: "{count} commandes à synchroniser" },
  "unsent.all": "Toutes les commandes",
  "unsent.new": "Nouvelle commande, {name}",
  "unsent.order": "Commande {name}",
  "unsent.sending": "Envoi dès le retour du réseau",
  forgotten: {
    one: "Ce navigateur a effacé ses copies. {count} modification, pas encore envoyée, s’y trouvait depuis {since} : elle est à refaire.",
    other:
      "Ce navigateur a effacé ses copies. {count} modifications, pas encore envoyées, s’y trouvaient depuis {since} : elles sont à refaire.",
  },
  "forgotten.read": "J’ai lu",
  "leave.title": "Tout n’est pas envoyé",
  "leave.lead":
    "Fermer la session retire les copies de cet appareil. Ce qui suit n’est jamais parvenu au serveur et serait perdu.",
  "leave.copy": "Copier ce travail",
  "leave.stay": "Rester",
  "leave.go": "Fermer la session et perdre ce travail",
  "leave.item": { one: "{name} : {count} modification", other: "{name} : {count} modifications" },
  "leave.reading": "Lecture de ce qui reste à envoyer…",
};
