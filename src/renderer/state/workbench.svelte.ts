import { createContext } from 'svelte';
import type { Peer } from '@shared/rpc';
import { Camera } from '../canvas/camera.svelte';
import { Acts } from './acts';
import { Against } from './against.svelte';
import { ClassFlags } from './class-flags';
import { Commands } from './commands.svelte';
import { Comparison } from './comparison.svelte';
import { Decisions } from './decisions.svelte';
import { Editing } from './editing.svelte';
import { Images } from './images.svelte';
import { LabelSessions } from './label-sessions.svelte';
import { Learning } from './learning.svelte';
import { Look } from './look.svelte';
import { LostProject } from './lost-project.svelte';
import { MaskImport } from './mask-import.svelte';
import { nextStep, type NextStep } from './next-step';
import { Notices } from './notices.svelte';
import { Plan } from './plan.svelte';
import { Preview } from './preview.svelte';
import { Preparing } from './preparing.svelte';
import { ShownProject } from './shown-project.svelte';
import { ProjectCalls } from './project-calls';
import { Projects } from './projects.svelte';
import { Review } from './review.svelte';
import { Rules } from './rules.svelte';
import { Runs } from './runs.svelte';
import type { View } from './shortcuts';
import { ShownImage } from './shown-image.svelte';
import { Status } from './status.svelte';
import { Theme } from './theme.svelte';
import { Suggestions } from './suggestions.svelte';
import { SurePart } from './sure-part.svelte';
import { Undo } from './undo.svelte';
import { Paces } from './paces.svelte';
import { Weights } from './weights.svelte';
import { LabelHistory } from './label-history.svelte';
import { WholePreview } from './whole-preview.svelte';
import { WholeImage } from './whole-image';

/** Everything the window shows, made once and handed down by context: what there is, and what knows of what. */
export class Workbench {
  readonly notices = new Notices();
  readonly status = new Status();
  readonly theme = new Theme();
  readonly commands = new Commands();
  readonly acts = new Acts();
  readonly look = new Look();
  readonly camera = new Camera();
  readonly flags = new ClassFlags();
  readonly plan: Plan;
  readonly preparing = new Preparing(this.notices);
  /** For everything that is asked about the open project. */
  readonly calls: ProjectCalls;
  readonly project: ShownProject;
  readonly images: Images;
  readonly runs: Runs;
  readonly weights: Weights;
  readonly paces: Paces;
  readonly labels: LabelSessions;
  readonly shown: ShownImage;
  readonly preview: Preview;
  readonly learning: Learning;
  readonly review: Review;
  readonly decisions: Decisions;
  readonly comparison: Comparison;
  readonly against: Against;
  readonly rules: Rules;
  readonly editing: Editing;
  readonly surePart: SurePart;
  readonly wholeImage: WholeImage;
  readonly history: LabelHistory;
  readonly undo: Undo;
  readonly lost: LostProject;
  readonly projects: Projects;
  readonly maskImport: MaskImport;
  readonly suggestions: Suggestions;
  readonly wholePreview: WholePreview;
  gallery = $state(false);
  /** Whether the dialog of train, val and test is open. */
  subsets = $state(false);
  #view = $state<View>('label');

  constructor(readonly peer: Peer) {
    const { notices, status, acts, look, flags } = this;
    const calls = (this.calls = new ProjectCalls(peer));
    const project = (this.project = new ShownProject(peer, calls, notices));
    const images = (this.images = new Images(calls, project, acts, notices));
    const runs = (this.runs = new Runs(peer, calls));
    this.plan = new Plan(() => runs.list);
    images.reviewed.on(({ runId, by }) => runs.countReviewed(runId, by));
    this.weights = new Weights(peer, notices);
    this.paces = new Paces(peer, notices);
    const labels = (this.labels = new LabelSessions(calls, acts, notices, images, runs, status));
    const shown = (this.shown = new ShownImage(project, images, labels, look, notices));
    this.preview = new Preview(calls, images, shown, labels, () => this.view === 'label' && !this.gallery);
    this.learning = new Learning(peer, this.plan, notices, images, shown);
    const review = (this.review = new Review(calls, runs, images, look, notices));
    this.decisions = new Decisions(calls, images, labels, flags, review, notices);
    this.against = new Against(runs, images, review, notices);
    this.comparison = new Comparison(calls, runs, images, review, notices, () => (this.view = 'review'));
    this.rules = new Rules(this);
    this.editing = new Editing(this);
    this.history = new LabelHistory(calls, images, labels, notices);
    this.surePart = new SurePart(this.preview, shown, flags, this.editing);
    this.wholeImage = new WholeImage(calls, images, labels, shown, this.editing, notices);
    // In Review and in the gallery there is one order of undo for all images.
    this.undo = new Undo(acts, labels, shown, images, () => this.view === 'label' && !this.gallery);
    this.lost = new LostProject(this);
    this.projects = new Projects(this);
    this.maskImport = new MaskImport(this);
    this.suggestions = new Suggestions(calls, images, notices);
    this.wholePreview = new WholePreview(calls, images, notices);
    calls.leaving.on(() => this.#forget());
    this.projects.entered.on(() => this.#begin());
  }

  get view(): View {
    return this.#view;
  }

  set view(view: View) {
    this.#view = view;
    if (view === 'label') void this.images.show('labelling');
    if (view === 'review') void this.review.enter();
  }

  /** The next sensible step, which alone is highlighted. */
  get next(): NextStep | null {
    return nextStep({
      labelled: this.project.labelled,
      training: this.runs.busy,
      resumable: this.runs.toResume?.id ?? null,
      reviewable: this.runs.reviewable?.id ?? null,
      seen: this.review.visited,
    });
  }

  /** The project is left: nothing of it is shown any more. */
  #forget(): void {
    this.acts.clear();
    this.images.clear();
    this.suggestions.clear();
    this.wholePreview.clear();
    this.preview.clear();
    this.review.clear();
    this.decisions.clear();
    this.comparison.clear();
    this.against.clear();
    this.rules.clear();
    this.shown.clear();
    this.flags.clear();
    this.plan.unset('from');
  }

  /** Another project is open. */
  #begin(): void {
    this.#view = 'label';
    this.gallery = false;
    this.subsets = false;
    this.review.begin();
  }
}

export const [useWorkbench, provideWorkbench] = createContext<Workbench>();
