---@meta

--- From percentages of key questions to the ratings of standards and of the whole.
---@class assay.rating
assay.rating = {}

--- A rating scale: by name ("probation-2018", "probation-pdu-2021", "probation-pdu-2023" and "youth-2018"
--- are shipped; a file of that name where the script reads comes first), from a .json file, or from a table of the same form:
---   { id=, title=, bands = { { name=, points=, from= }, ... }, rounding = "half_up"|"none",
---     standard = "lowest", discretion = { within_points=, cases=, small_sample= },
---     overall = "mean_halves_down"|"mean_halves_up", rules = { { id=, text=, source=, verified= }, ... } }
--- `from` is the whole per cent at which a band begins, lowest first and from 0. All keys are needed, and one
--- that is wrong is named. Rules that are not verified are assumptions: they are printed with the scale.
--- `rounding` is of a share before its band is looked up: to whole per cents, or none. It matters within half a
--- point of a cut point. An option instead of the scale's own becomes a rule of the scale that is returned.
---@param from string|table|assay.Scale
---@param options? assay.ScaleOptions
---@return assay.Scale
function assay.rating.scale(from, options) end

---@class assay.ScaleOptions
---@field rounding? "half_up"|"none"  instead of the scale's own

---@class assay.Scale
---@field id string
---@field title string
---@field bands { name: string, points: integer, from: integer }[]  lowest first
---@field rules { id: string, text: string, source: string, verified: boolean }[]
---@field assumptions table[]  the rules that were not verified in their source
local Scale = {}

--- The band of a whole per cent as printed, or of a result that has x and relevant, whose share the scale
--- rounds by its own rule. Returns its name and its points. Fractions of a per cent and shares are refused;
--- so is a result without a relevant case.
---@param percent integer|table
---@return string name
---@return integer points
function Scale:band(percent) end

---@class assay.DiscretionOptions
---@field rating string  the band given instead
---@field why? string  the reason, printed beside the rating; without one the discretion is refused

---@class assay.StandardOptions
---@field discretion? assay.DiscretionOptions  the panel's departure from the percentages

---@class assay.Standard
---@field rating string  after discretion
---@field points integer
---@field by_percentages string  the rating before discretion
---@field discretion? assay.DiscretionOptions
---@field driver integer  which of the questions, from 1, has the lowest share; the first of equals
---@field driver_name string  its id where the result names it
---@field next_rating? string  the band above that of the percentages; absent in the highest
---@field to_next_points number  percentage points that the driver lacks to it; 0 in the highest band
---@field to_next_cases? integer  cases that, judged yes, lift the rating; absent where a per cent has no counts
---@field discretion_possible boolean  whether one of the scale's reasons is present
---@field reasons string[]  of near_edge, few_cases, small_sample
---@field left_out integer  questions without a relevant case
---@field note? string  what must be said beside the rating, in words
---@field assumed string[]  ids of the scale's unverified rules

--- The rating of a standard: the lowest band among its key questions. `questions` is a list of whole per cents
--- as printed or of results that have x and relevant (or a frame with these columns); shares are compared as
--- exact fractions. Discretion is applied as given; that it moves the rating by more than one band, or
--- that none of the scale's reasons is present, is said in `note`. So is that rounding decides the band,
--- and that questions were left out.
--- Errors: no question, or none with a relevant case; an unknown rating; a discretion without why.
---@param questions (integer|table)[]|assay.Frame
---@param options? assay.StandardOptions
---@return assay.Standard
function Scale:standard(questions, options) end

---@class assay.Overall
---@field rating string
---@field points integer  the sum
---@field maximum integer  what it would be with every standard in the highest band
---@field assumed string[]  ids of the scale's unverified rules about adding up
---@field missing? string[]  of an annex whose whole is not rated, without the other fields: the standards at fault

---@class assay.OverallPoints
---@field points integer  the sum
---@field standards integer  how many standards it is of

--- The overall rating: the points of the ratings are added, none weighted, and the whole has the band nearest
--- to their mean, exact halves by the scale's rule. Takes names of bands or results of scale:standard; a
--- mistyped name is answered with the nearest. Points that were added up already are given as
--- { points = 13, standards = 10 }.
---@param ratings (string|assay.Standard)[]|assay.OverallPoints
---@return assay.Overall
function Scale:overall(ratings) end

---@class assay.ClueRange
---@field min? integer
---@field max? integer  both belong to it; no end that is not given

---@class assay.Clues
---@field standards string[]|integer|assay.Framework  their ids, how many they are ("1", "2", ...), or a framework's
---@field uncounted? string|string[]  ids of standards that are rated and not counted towards the whole
---@field ratings? table<string, string|string[]>  what a standard is rated, by id; several: one of these
---@field count? table<string, integer|assay.ClueRange>  how many standards have a rating, by its name
---@field overall? string|string[]  the rating of the whole; several: one of these
---@field points? integer|assay.ClueRange  the sum of points of those that count
---@field before? table<string, string>  what standards were rated earlier, by id
---@field improved? integer|assay.ClueRange  how many are rated higher than before; needs before
---@field fell? integer|assay.ClueRange  how many are rated lower; a standard without a rating before does neither
---@field limit? integer  vectors are listed up to so many, 100000 at most; 100 if not given

---@class assay.Solution
---@field count integer  how many rating vectors fit, counted exactly
---@field points_min? integer  the least sum of points among them
---@field points_max? integer  the largest
---@field possible? assay.Frame  standard, before (where that was given), and for each band how many vectors have it
---@field by_points? assay.Frame  points, overall, vectors
---@field vectors? assay.Frame  vector (its number) and a column for each standard; absent where there are more than `limit`
---@field limit integer
---@field conflict? string[]  where none fits: clues that contradict each other, none of them more than it takes
---@field without? table<string, integer>  how many vectors fit all clues but this one, for each of these
---@field assumed string[]  ids of the scale's unverified rules about adding up

--- Which ratings of the standards fit what was printed: the rating of the whole, how many standards have a rating,
--- how many improved or fell, which standard is rated what. Every vector of ratings is thought of, none weighted;
--- they are counted exactly, not tried. Lists them where they are few. Clues that contradict each other leave
--- none, and the answer says which.
---   scale:solve { standards = 10, overall = "Good", count = { Outstanding = 3 } }
--- Errors: an unknown clue, standard or rating; improved or fell without before; more vectors than 2^63 or
--- more states than can be kept.
---@param clues assay.Clues
---@return assay.Solution
function Scale:solve(clues) end
