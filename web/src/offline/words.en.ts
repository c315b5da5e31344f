import type { Twin } from "../words/catalogue";
import type { FR } from "./words.fr";

/** What is said of working away from the network, in English. */
export const EN: Twin<typeof FR> = {
  "offline.as_of": "Offline. You see things as {when}.",
  "update.ready": "A new version is ready.",
  "update.stale": "This page is of an earlier version than the server.",
  "update.kept": "Your work is kept.",
  "update.do": "Reload",
  "update.later": "Later",
  "room.full":
    "This device has no room left. Your latest changes live on this page alone: copy them, make room, or get back online before closing.",
  "room.none":
    "This browser keeps nothing. Your changes live on this page alone: copy them, or get back online before closing.",
  "room.cleared":
    "This browser cleared the copies on this device and keeps none any more. Your changes live on this page alone: copy them, or get back online before closing.",
  "room.copy": "Copy my changes",
  copied: "Copied",
  "unsent.badge": { one: "{count} not sent", other: "{count} not sent" },
  "unsent.badge.title": "Changes kept on this device {since}",
  "unsent.filter": { one: "{count} order to synchronise", other: "{count} orders to synchronise" },
  "unsent.all": "All orders",
  "unsent.new": "New order, {name}",
  "unsent.order": "Order {name}",
  "unsent.sending": "Sent when the network is back",
  forgotten: {
    one: "This browser cleared its copies. {count} change, not sent yet, was there {since}: please make it again.",
    other:
      "This browser cleared its copies. {count} changes, not sent yet, were there {since}: please make them again.",
  },
  "put_out.title": "Your access was removed",
  "put_out.lead":
    "Your company closed your account. What follows never reached the server: copy it, then remove the copies on this device.",
  "put_out.remove": "Remove the copies on this device",
  "put_out.forgotten": "Your company closed your account. This device keeps nothing for you any more.",
  "put_out.door": "Sign in as somebody else",
  lost: {
    one: "You no longer have access to order {name}. {count} change never reached it.",
    other: "You no longer have access to order {name}. {count} changes never reached it.",
  },
  "lost.see": "See and copy",
  cleared:
    "This browser has just cleared the copies on this device. The order open here is kept again and nothing of it is lost; leave this page open until you are back online.",
  "forgotten.read": "I have read this",
  "leave.title": "Not everything is sent",
  "leave.lead":
    "Signing out removes the copies on this device. What follows never reached the server and would be lost.",
  "leave.copy": "Copy this work",
  "leave.stay": "Stay",
  "leave.go": "Sign out and lose this work",
  "leave.item": { one: "{name}: {count} change", other: "{name}: {count} changes" },
  "leave.untold":
    "Signed out on this device. The server does not answer: it will learn of it from the next page opened here.",
  "leave.reading": "Reading what is left to send…",
};
