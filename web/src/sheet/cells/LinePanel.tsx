import { useRef } from "preact/hooks";
import { usePicture } from "../../app/picture";
import { LineDecisions } from "../../bots/DecisionList";
import { lineKey } from "../../order/cells";
import { effective } from "../../order/order";
import { useSheet } from "../context";
import { Field } from "../Field";
import { useDelivered, useDropped, useProduct } from "../hooks";
import { Modal } from "../Modal";
import { isScale, type LineProduct, nameOf } from "../product";
import { countedWord, measureWord } from "../units";
import { language, say } from "../words";
import { keysOf } from "./columns";
import type { GridState } from "./grid";
import { JobReference, ProductContent, TotalContent } from "./Row";
import { Substitute } from "./Substitute";

function LineImage({ image }: { image: string }) {
  const { src, onError } = usePicture(image, image);
  if (!src) return null;
  return <img class="line-image" src={src} alt="" loading="lazy" width={64} height={64} onError={onError} />;
}

/** Everything of one line: the full editor of the grid's cells, and the line's actions. */
export function LinePanel({
  line,
  grid,
  onComment,
}: {
  line: string;
  grid: GridState;
  onComment: (anchor: string) => void;
}) {
  const sheet = useSheet();
  const product = useProduct(line);
  const delivered = useDelivered(line);
  const reason = useRef<HTMLDivElement>(null);
  const lines = sheet.lines.value;
  const index = lines.indexOf(line);
  const go = (step: number) => {
    const next = lines[index + step];
    if (!next) return;
    grid.panel.value = next;
    grid.goTo(next);
  };
  const close = () => {
    grid.panel.value = null;
    grid.focused.value = true;
  };
  return (
    <Modal
      title={
        delivered
          ? `${index + 1}. ${nameOf(delivered, language.value)}`
          : say("line.title", { number: index + 1 })
      }
      large
      onClose={close}
      footer={
        <>
          <Step label={say("line.previous")} sign="↑" disabled={index <= 0} onClick={() => go(-1)} />
          <Step
            label={say("line.next")}
            sign="↓"
            disabled={index >= lines.length - 1}
            onClick={() => go(1)}
          />
          <span class="push line-total">
            <TotalContent line={line} />
          </span>
        </>
      }
    >
      <div class="line-panel" key={line}>
        <div class="line-product">
          {delivered?.image && <LineImage image={delivered.image} />}
          <ProductContent line={line}>
            <JobReference line={line} />
          </ProductContent>
        </div>
        <LineDecisions line={line} keys={keysOf("quantity", line, product, sheet.side.value)} />
        <Sizes line={line} product={product} decimals={delivered?.decimals} />
        <Characteristics line={line} product={product} />
        <Terms line={line} product={product} unit={delivered?.unit} decimals={delivered?.decimals} />
        <div ref={reason} class="panel-reason">
          <Field label={say("field.reason")} kind="text" noun="reason" line={line} hideEmpty />
        </div>
        <Actions
          line={line}
          onComment={onComment}
          onClose={close}
          onRejected={() => reason.current?.querySelector<HTMLElement>(".fact-input")?.focus()}
        />
      </div>
    </Modal>
  );
}

function Step(props: { label: string; sign: string; disabled: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      class="button icon"
      aria-label={props.label}
      title={props.label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <span aria-hidden="true">{props.sign}</span>
    </button>
  );
}

interface SizesProps {
  readonly line: string;
  readonly product: LineProduct | null;
  readonly decimals: number | undefined;
}

function Sizes({ line, product, decimals }: SizesProps) {
  if (isScale(product)) {
    return (
      <fieldset class="panel-group">
        <legend>{say("line.sizes")}</legend>
        <div class="panel-points">
          {product?.points?.map((point) => (
            <Field
              key={point}
              label={point}
              kind="quantity"
              noun="quantity"
              line={line}
              point={point}
              decimals={decimals}
            />
          ))}
        </div>
      </fieldset>
    );
  }
  if (!product?.dimensions?.length) return null;
  return (
    <fieldset class="panel-group">
      <legend>{say("line.dimensions")}</legend>
      <div class="panel-points">
        {product.dimensions.map((dimension) => (
          <Field
            key={dimension.key}
            label={named(nameOf(dimension, language.value), measureWord(product.dimension_unit))}
            kind="dimension"
            noun="dimensions"
            line={line}
            point={dimension.key}
            unit={product.dimension_unit ?? null}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Characteristics({ line, product }: { line: string; product: LineProduct | null }) {
  const characteristics = product?.characteristics ?? [];
  return (
    <fieldset class="panel-group">
      <legend>{say("line.characteristics")}</legend>
      <div class="panel-fields">
        {characteristics.map((characteristic) => (
          <Field
            key={characteristic.key}
            label={nameOf(characteristic, language.value)}
            kind={characteristic.kind === "number" ? "number" : "characteristic"}
            noun="characteristics"
            line={line}
            point={characteristic.key}
            {...(characteristic.kind === "choice"
              ? {
                  options: (characteristic.options ?? []).map((option) => ({
                    key: option.key,
                    name: nameOf(option, language.value),
                  })),
                }
              : {})}
          />
        ))}
        <Field label={say("field.job_reference")} kind="text" noun="job_reference" line={line} />
      </div>
    </fieldset>
  );
}

interface TermsProps extends SizesProps {
  /** What its quantities are counted in. */
  readonly unit: string | undefined;
}

function Terms({ line, product, unit, decimals }: TermsProps) {
  const points = isScale(product) ? (product?.points ?? []) : [null];
  return (
    <>
      <fieldset class="panel-group">
        <legend>{say("line.terms")}</legend>
        <div class="panel-fields">
          {!isScale(product) && (
            <Field
              label={named(say("field.quantity"), countedWord(unit, 2))}
              kind="quantity"
              noun="quantity"
              line={line}
              unit={unit ?? null}
              decimals={decimals}
            />
          )}
          <Field label={say("field.unit_price")} kind="price" noun="unit_price" line={line} />
          <Field label={say("field.discount")} kind="percent" noun="discount" line={line} hideEmpty />
        </div>
      </fieldset>
      <fieldset class="panel-group">
        <legend>{say("line.delivery")}</legend>
        <div class="panel-fields">
          <Field label={say("field.requested_date")} kind="date" noun="requested_date" line={line} />
          <Field label={say("field.promised_date")} kind="date" noun="promised_date" line={line} />
          {points.map((point) => (
            <Field
              key={point ?? ""}
              label={point === null ? say("field.backorder_quantity") : `${say("backorder")} ${point}`}
              kind="quantity"
              noun="backorder_quantity"
              line={line}
              decimals={decimals}
              point={point}
              hideEmpty
            />
          ))}
          <Field
            label={say("field.backorder_date")}
            kind="date"
            noun="backorder_date"
            line={line}
            hideEmpty
          />
        </div>
      </fieldset>
      <Substitute line={line} />
    </>
  );
}

/** A field's name with what it is given in. */
function named(name: string, unit: string): string {
  return unit ? `${name} (${unit})` : name;
}

interface ActionsProps {
  readonly line: string;
  readonly onComment: (anchor: string) => void;
  readonly onClose: () => void;
  /** The client will want to know why. */
  readonly onRejected: () => void;
}

function Actions({ line, onComment, onClose, onRejected }: ActionsProps) {
  const sheet = useSheet();
  useDropped(line);
  const isDraft = sheet.state.value === "draft";
  const flag = sheet.side.value === "client" ? "withdrawn" : "rejected";
  const isDown = effective(sheet.document.content, lineKey(line, flag)) === true;
  const mayFlag = sheet.mayWrite(lineKey(line, flag)) && !isDraft;
  const words =
    flag === "withdrawn"
      ? (["line.withdraw", "line.restore"] as const)
      : (["line.reject", "line.accept_again"] as const);
  const remove = () => {
    onClose();
    sheet.edit.removeLine(line);
  };
  const flip = () => {
    sheet.edit.set(lineKey(line, flag), isDown ? null : true);
    if (flag === "rejected" && !isDown) onRejected();
  };
  return (
    <div class="panel-actions">
      <button type="button" class="button" onClick={() => onComment(`lines/${line}`)}>
        {say("line.comment")}
      </button>
      {mayFlag && (
        <button type="button" class="button" onClick={flip}>
          {say(isDown ? words[1] : words[0])}
        </button>
      )}
      {isDraft && sheet.mayWrite(lineKey(line, "product")) && (
        <button type="button" class="button" onClick={remove}>
          {say("line.remove")}
        </button>
      )}
    </div>
  );
}
