import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useSheet } from "../context";
import { anchorName } from "../labels";
import { moment, say } from "../words";

interface Comment {
  readonly id: string;
  readonly text: string;
  readonly anchor: string;
  readonly name: string;
  readonly at: string;
  readonly side: string;
}

/** What both companies say to each other on an order, its lines and its cells. */
export function Comments({ anchor, onAnchor }: { anchor: string; onAnchor: (anchor: string) => void }) {
  const sheet = useSheet();
  const comments = useComments();
  const mayAdd = sheet.connection.rights.value.comments === "add";
  const { content } = sheet.document;
  return (
    <>
      {comments.length === 0 && <p class="quiet">{say("comments.empty")}</p>}
      <ol class="comments">
        {comments.map((comment) => (
          <li key={comment.id} class="comment">
            <p class="comment-head">
              <span class="strong">{comment.name || say("here.you")}</span>
              <span class="quiet small">{comment.at ? moment(comment.at) : say("comments.pending")}</span>
            </p>
            {comment.anchor && (
              <button type="button" class="comment-anchor" onClick={() => onAnchor(comment.anchor)}>
                {anchorName(content, comment.anchor, sheet.lines.value)}
              </button>
            )}
            <p class="comment-text">{comment.text}</p>
          </li>
        ))}
      </ol>
      {mayAdd && <WriteComment anchor={anchor} onAnchor={onAnchor} />}
    </>
  );
}

function useComments(): Comment[] {
  const sheet = useSheet();
  sheet.document.comments.value;
  const { comments, record } = sheet.document.content;
  const read = [...comments].map(([id, value]) => {
    const { text = "", anchor = "" } = (value ?? {}) as Partial<Comment>;
    const by = (record.get(`comments/${id}`) ?? {}) as Partial<Comment>;
    return { id, text, anchor, name: by.name ?? "", at: by.at ?? "", side: by.side ?? "" };
  });
  // A comment that the server has not signed with its time yet is the newest.
  return read.sort((a, b) => (a.at || "9").localeCompare(b.at || "9"));
}

function WriteComment({ anchor, onAnchor }: { anchor: string; onAnchor: (anchor: string) => void }) {
  const sheet = useSheet();
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    if (anchor) area.current?.focus();
  }, [anchor]);
  const publish = () => {
    if (!text.trim()) return;
    sheet.edit.comment(text.trim(), anchor);
    setText("");
    onAnchor("");
    // The button has nothing more to publish, and would let the focus go.
    area.current?.focus();
  };
  return (
    <form
      class="comment-form"
      onSubmit={(event) => {
        event.preventDefault();
        publish();
      }}
    >
      <label class="fact-label" for={id}>
        {say("comments.write")}{" "}
        {anchor &&
          say("comments.on", { anchor: anchorName(sheet.document.content, anchor, sheet.lines.value) })}
      </label>
      <textarea
        id={id}
        ref={area}
        class="input"
        rows={2}
        maxLength={4000}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) publish();
        }}
      />
      <button type="submit" class="button" disabled={!text.trim()}>
        {say("comments.publish")}
      </button>
    </form>
  );
}
