import { useEffect, useState } from "preact/hooks";
import { pictureHere } from "../offline/pictures";
import { me } from "./session";

/** What to draw of a picture. `src` is null where neither the server nor this device has it. */
export interface DrawnPicture {
  readonly src: string | null;
  readonly onError: () => void;
}

/** Draws a picture of the server; from this device where it does not come. `path`: which of its sizes. */
export function usePicture(image: string | null, path: string): DrawnPicture {
  const [instead, setInstead] = useState<{ readonly image: string; readonly src: string | null } | null>(
    null,
  );
  const src = instead?.src ?? null;
  useEffect(() => {
    return () => {
      if (src) URL.revokeObjectURL(src);
    };
  }, [src]);
  if (!image) return { src: null, onError: () => undefined };
  if (instead?.image === image) return { src, onError: () => setInstead({ image, src: null }) };
  const onError = async () => {
    const picture = await pictureHere(me.value?.user.id ?? "", image);
    setInstead({ image, src: picture && URL.createObjectURL(picture) });
  };
  return { src: path, onError: () => void onError() };
}
