import type { Decision } from '@shared/protocol';
import { unpackWords } from '../labels/words';
import { imageOf, type OpenProject } from '../project/open-project';
import type { DecisionRow } from '../queries/decisions';
import { covers, NOWHERE, union, type Region } from './regions';

/** The decisions about an image, oldest first, each with what became of it. */
export function decisionsOf(project: OpenProject, imageId: number): Decision[] {
  const accepted = new Later();
  const rejected = new Later();
  const decisions: Decision[] = [];
  const { width, height } = imageOf(project, imageId);
  for (const row of project.queries.decisions.ofImage(imageId).reverse()) {
    const region = unpackWords(row.region, width * height);
    const inForce = row.undone === 0;
    const [same, other] = row.kind === 'accept' ? [accepted, rejected] : [rejected, accepted];
    const against = row.kind === 'accept' ? other.of(row.class_id) : union(other.of(row.class_id), same.of(row.class_id));
    decisions.push(decision(row, inForce && covers(against, region)));
    if (inForce) same.add(row.class_id, region);
  }
  return decisions.reverse();
}

/** Where later decisions of one kind lie, by class; null: several classes, which concerns every class. */
class Later {
  readonly #regions = new Map<number | null, Region>();

  add(classId: number | null, region: Region): void {
    this.#regions.set(classId, union(this.#regions.get(classId) ?? NOWHERE, region));
  }

  of(classId: number | null): Region {
    const concerned = classId === null ? [...this.#regions.values()] : [this.#regions.get(classId), this.#regions.get(null)];
    return concerned.reduce<Region>((all, region) => union(all, region ?? NOWHERE), NOWHERE);
  }
}

function decision(row: DecisionRow, superseded: boolean): Decision {
  return {
    id: row.id,
    runId: row.run_id,
    imageId: row.image_id,
    kind: row.kind,
    classId: row.class_id,
    pixels: row.pixels,
    createdAt: row.created_at,
    undone: row.undone === 1,
    superseded,
  };
}
