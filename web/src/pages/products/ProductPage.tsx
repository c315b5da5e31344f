import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api } from "../../api/client";
import type { Product } from "../../api/shapes";
import { type Faults, required, useForm } from "../../app/form";
import { useLoad } from "../../app/load";
import { Page, ProblemNotice } from "../../app/Page";
import { may, me } from "../../app/session";
import { Unread } from "../../app/Unread";
import { Loading, Notice } from "../../design/Empty";
import { say } from "../../design/Toast";
import { named, parseDecimal, t } from "../../words";
import { FormFoot } from "../forms/FormFoot";
import { ReadOnly } from "../forms/ReadOnly";
import { Missing } from "../Missing";
import { CharacteristicsFields } from "./CharacteristicsFields";
import { ImageField } from "./ImageField";
import { IdentityFields, SellingFields } from "./ProductFields";
import { draftOf, factsOf, newProduct, type ProductDraft } from "./productFile";
import { SizingFields } from "./SizingFields";

export function NewProduct(): JSX.Element {
  if (!may("standard")) return <ReadOnly noun="products" />;
  return <ProductForm product={null} onProduct={() => undefined} />;
}

export function EditProduct({ params }: { params?: { id?: string } }): JSX.Element {
  const { loaded, put, retry } = useLoad<Product>(`/api/products/${params?.id ?? ""}`);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") {
    if (loaded.problem.status === 404) return <Missing />;
    return <Unread problem={loaded.problem} onRetry={retry} />;
  }
  return <ProductForm key={loaded.value.id} product={loaded.value} onProduct={put} />;
}

function faultsIn(values: ProductDraft): Faults {
  const faults = required(values, "code", "name_fr", "price");
  for (const name of ["price", "minimum", "multiple"] as const) {
    if (values[name] && parseDecimal(values[name]) === null) faults[name] = t("fault.decimal");
  }
  return faults;
}

async function sendImage(id: string, image: File): Promise<Product> {
  const body = new FormData();
  body.set("file", image);
  return api.put<Product>(`/api/products/${id}/image`, body);
}

interface FormProps {
  product: Product | null;
  onProduct: (product: Product) => void;
}

function ProductForm({ product, onProduct }: FormProps): JSX.Element {
  const { route } = useLocation();
  const [image, setImage] = useState<File | null>(null);
  const [imageLost, setImageLost] = useState(false);
  const form = useForm(
    product ? draftOf(product) : newProduct(),
    async (values) => {
      const facts = factsOf(values);
      const kept = product
        ? await api.patch<Product>(`/api/products/${product.id}`, facts)
        : await api.post<Product>("/api/products", facts);
      const shown = image ? await sendImage(kept.id, image).catch(() => null) : kept;
      setImageLost(shown === null);
      setImage(null);
      onProduct(shown ?? kept);
      form.set(draftOf(kept));
      say(t(shown === null ? "product.image.kept" : product ? "saved" : "product.added"));
      if (!product) route(`/products/${kept.id}`, true);
    },
    faultsIn,
  );
  const own = product === null || product.supplier_id === me.value?.company.id;
  const readOnly = !may("standard") || !own;
  const fields = { values: form.values, faults: form.faults, set: form.set, readOnly };
  return (
    <Page
      narrow
      title={product ? named(product) : t("product.new.title")}
      back={{ href: "/products", label: t("menu.products") }}
    >
      <ProblemNotice problem={form.problem} />
      {imageLost && <Notice look="danger">{t("product.image.kept")}</Notice>}
      <form class="stack" {...form.props}>
        <IdentityFields {...fields}>
          <ImageField
            kept={product?.image ?? null}
            chosen={image}
            readOnly={readOnly}
            onChoose={(file) => {
              setImage(file);
              form.set({});
            }}
          />
        </IdentityFields>
        <SellingFields {...fields} />
        <SizingFields {...fields} />
        <CharacteristicsFields {...fields} />
        {!readOnly && <FormFoot form={form} adds={product === null} away="/products" />}
      </form>
    </Page>
  );
}
