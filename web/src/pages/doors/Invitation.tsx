import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { api } from "../../api/client";
import type { Invitation, Language, Me } from "../../api/shapes";
import { required, useForm } from "../../app/form";
import { ProblemNotice } from "../../app/Page";
import { signedIn } from "../../app/session";
import { Button, ButtonLink } from "../../design/Button";
import { Segments, TextField } from "../../design/Field";
import { t } from "../../words";
import { Door } from "./Door";
import { LinkDoor } from "./LinkDoor";

export function Accept({ params }: { params?: { token?: string } }): JSX.Element {
  const path = `/api/invitations/${encodeURIComponent(params?.token ?? "")}`;
  return (
    <LinkDoor<Invitation>
      path={path}
      welcome={(invitation) => <Welcome invitation={invitation} path={path} />}
      gone="invitation.gone"
      lead="invitation.gone.lead"
      instead={
        <ButtonLink look="primary" wide href="/sign-in">
          {t("sign_in.title")}
        </ButtonLink>
      }
    />
  );
}

function Welcome({ invitation, path }: { invitation: Invitation; path: string }): JSX.Element {
  const { route } = useLocation();
  const form = useForm<{ name: string; language: Language }>(
    { name: invitation.name, language: invitation.language },
    async (values) => {
      signedIn(await api.post<Me>(path, values));
      route("/", true);
    },
    (values) => required(values, "name"),
  );
  const { company, inviter, team, email } = invitation;
  return (
    <Door
      title={t("invitation.title", { company })}
      lead={t(team ? "invitation.lead.team" : "invitation.lead", { inviter })}
    >
      <ProblemNotice problem={form.problem} />
      <form class="stack" {...form.props}>
        <TextField label={t("sign_in.email")} type="email" readOnly value={email} onValue={() => undefined} />
        <TextField
          label={t("invitation.name")}
          autoComplete="name"
          required
          value={form.values.name}
          fault={form.faults.name}
          onValue={(name) => form.set({ name })}
        />
        <Segments
          label={t("invitation.language")}
          value={form.values.language}
          choices={[
            { value: "fr", label: t("language.fr") },
            { value: "en", label: t("language.en") },
          ]}
          onValue={(language) => form.set({ language })}
        />
        <Button type="submit" look="primary" wide busy={form.busy}>
          {t("invitation.do")}
        </Button>
      </form>
    </Door>
  );
}
