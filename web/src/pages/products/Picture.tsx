import type { JSX } from "preact";
import { usePicture } from "../../app/picture";
import { Icon } from "../../design/icons";
import { thumbnailOf } from "../../offline/pictures";

/** A product's small picture, or a quiet square where there is none or it does not come. The name stands beside it. */
export function Picture({ image, size }: { image: string | null; size: number }): JSX.Element {
  const { src, onError } = usePicture(image, image ? thumbnailOf(image) : "");
  if (!src) {
    return (
      <span class="picture" data-size={size}>
        <Icon name="image" />
      </span>
    );
  }
  return (
    <img
      class="picture"
      data-size={size}
      src={src}
      width={size}
      height={size}
      alt=""
      loading="lazy"
      decoding="async"
      onError={onError}
    />
  );
}
