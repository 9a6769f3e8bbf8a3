---@meta

--- What printed percentages can stand for.
---@class assay.published
assay.published = {}

---@class assay.DenominatorsOptions
---@field max integer  the most cases that there can be
---@field min? integer  the fewest; 1 if not given
---@field decimals? integer  how many the numbers are printed with, 0 to 6; 0 if not given; text has its own
---@field rounding? "half_up"|"half_even"|"half_down"|"floor"|"ceil"|"any_half"  half_up if not given

---@class assay.Denominator
---@field n integer
---@field counts (integer|integer[])[]  by per cent: the count, or the list of them where several fit

--- The numbers of cases of which all these per cents can be, given that they are of the same n, ascending;
--- print them as a table. n fits where for each per cent some whole count x of n rounds to it; this is
--- decided in integers. Above about 100 cases everything fits whole per cents, so a large `max` says little.
--- `{ 61, 83, 74, 70 }` up to 24 can only be 14, 19, 17 and 16 of 23. Per cents, not shares: a number
--- strictly between 0 and 1 is refused unless decimals is above 0. Text is taken as it is printed: "50.0" is
--- not "50". An empty list means that nothing fits.
--- Source: Brown and Heathers (2017), The GRIM test, for percentages and with the rounding stated.
---@param percents (number|string)[]
---@param options assay.DenominatorsOptions
---@return assay.Denominator[]
function assay.published.denominators(percents, options) end

---@class assay.ConsistentOptions
---@field decimals? integer  how many the number is printed with, 0 to 6; 0 if not given; text has its own
---@field rounding? "half_up"|"half_even"|"half_down"|"floor"|"ceil"|"any_half"  half_up if not given

--- Whether a printed per cent can be of n cases: false, or true and the counts that are printed so.
--- 61 is no share of 24; of 23 it is 14. A number above 100 is of no n.
---@param percent number|string
---@param n integer
---@param options? assay.ConsistentOptions
---@return boolean
---@return integer[]|nil counts
function assay.published.consistent(percent, n, options) end

---@class assay.RecoverBase
---@field min? integer  the fewest cases; 0 if not given
---@field max? integer  the most; `max` of the table if not given

---@class assay.RecoverCell
---@field id string  names the count behind the figure
---@field base? string  what it is a share of: the name of a base or of another cell; one not named before is a new base
---@field says? string  the share as printed: "61%", "almost two-thirds"; not known if not given
---@field count? integer  the count, where it is printed as well

---@class assay.RecoverSum
---@field total string  a base or cell
---@field parts string|string[]  the bases or cells that sum to it

---@class assay.RecoverWithin
---@field part string  a base or cell
---@field whole string  one that has no fewer cases

---@class assay.RecoverOptions
---@field max integer  the most cases that any base or cell can have
---@field bases? table<string, integer|assay.RecoverBase|true>  by name: what is stated, bounds, or only that there is one
---@field cells? assay.RecoverCell[]  the printed figures
---@field sums? assay.RecoverSum[]  what must add up
---@field within? assay.RecoverWithin[]  what must be no larger than something else
---@field rounding? "half_up"|"half_even"|"half_down"|"floor"|"ceil"|"any_half"  of per cents; half_up if not given
---@field reading? "literal"|"narrow"  of words; literal if not given
---@field wording? string|table  what words stand for: a name, a .json file or a table; "house" if not given
---@field steps? integer  the most steps that the search may take, up to 1000000000; 10000000 if not given
---@field most? integer  the most tables that are listed, up to 1000000; 10000 if not given

---@class assay.Recovered
---@field n integer  tables that fit
---@field tables assay.Frame  a row for each table, a column for each base and cell
---@field possible table<string, integer[]>  the values that each base and cell has over all tables
---@field conflict string[]  where none fits: what cannot all be so
---@field minimal boolean  whether any one of these left out lets the others hold
---@field steps integer  that the search took
---@field max integer

--- Every table of whole numbers that agrees with what is printed: each cell's count is in its base as printed, sums add
--- up, parts are within their wholes, cells of one base share it, and nothing is above `max`. The search goes through
--- all possibilities, so that what it finds are all tables, and an empty answer is a proof that there is none; `conflict`
--- then holds the fewest statements that contradict each other. Where it takes more than `steps` steps, or more than
--- `most` tables fit, it says so and gives none: a smaller `max`, or more that is known, helps.
--- `{ max = 24, cells = { { id = "4.1.1", base = "n", says = "61%" }, { id = "4.1.2", base = "n", says = "83%" } } }`
---@param options assay.RecoverOptions
---@return assay.Recovered
function assay.published.recover(options) end

---@class assay.PhraseOptions
---@field reading? "narrow"|"literal"  which range is given first; narrow if not given
---@field wording? string|table  what words stand for: a name, a .json file or a table; "house" if not given
---@field rounding? "half_up"|"half_even"|"half_down"|"floor"|"ceil"|"any_half"  of per cents; half_up if not given

---@class assay.PhraseRange
---@field lower number
---@field upper number  math.huge where there is no upper end
---@field lower_closed boolean  whether `lower` itself is in the range
---@field upper_closed boolean

---@class assay.Phrase: assay.PhraseRange
---@field says string
---@field kind "share"|"number"
---@field convention boolean  whether words decided it, by the wording
---@field reading "narrow"|"literal"
---@field count? integer  that is printed with it
---@field base? integer  the same
---@field narrow assay.PhraseRange  how the words are meant
---@field literal assay.PhraseRange  what they say by themselves: over half is anything above it

--- What a printed figure stands for: "almost two-thirds", "nine in ten", "just over half", "61%", "27 of 74", "more
--- than 3,600". A share is between 0 and 1, a number is a number. There is no standard for such words: the wording
--- "house" is this project's convention (data/wordings/house.json), and another can be given in its place. `narrow` is
--- how words are meant by it, `literal` what they say: only words such as over, under, at least and more than differ.
--- A phrase that is not known is an error that names the nearest one that is.
---@param text string
---@param options? assay.PhraseOptions
---@return number lower
---@return number upper
---@return assay.Phrase phrase  with the ends and both readings; print it
function assay.published.phrase(text, options) end

---@class assay.PhrasesOptions
---@field reading? "narrow"|"literal"  by which a phrase must fit; narrow if not given
---@field wording? string|table  what words stand for; "house" if not given

---@class assay.PhraseOffered: assay.PhraseRange
---@field says string

--- The phrases of a wording that fit a share, the narrowest first; print them as a table.
---@param share number|string  from 0 to 1, or "27 of 74" or "36.5%", which are taken exactly
---@param options? assay.PhrasesOptions
---@return assay.PhraseOffered[]
function assay.published.phrases(share, options) end

--- One figure that a document prints. Claims are a list of these, or a Frame or a file with these columns (`id` and
--- `says` at least; a cell that is empty is not given; any other column is refused).
---
--- `says` is the figure as printed, and nothing but the figure:
---   "61%", "61.0 per cent", "ninety per cent"     a per cent, with the decimals that it has
---   "27 of 74", "18 of the 51", "27 out of 74"    a count and its base, exactly
---   "27 (36%) of 74", "36% (27 of 74)"            a count and a per cent of a base; also "27 of 74 (36%)", "27 (36%)"
---   "36% of 74"                                   a per cent of a base
---   "3,729", "nine", "51"                         a number
---   "more than 3,600", "nearly 6,000"             a number with words of quantity before it
---   "almost two-thirds", "nine in ten", "just over half", "over 80 per cent", "all"   words that stand for a share
--- "In" or "only" before it and "cases", "of the relevant cases" and the like behind it may stay.
---
--- What the other fields make of it:
---   of        the base that is stated: the figure is of so many cases, neither more nor fewer
---   at_most   the base is not stated, but there were no more cases than these; not beside `of`
---   base      a name: all claims with this name are of the same base, whichever it is. Where one of them has `of`,
---             that is the base of all; the least `at_most` among them holds for all
---   value     the true figure where it is known: a share ("0.365", "36.5%", "27 of 74"), or a count, which is one of
---             `of` cases where the figure is a share, and the number itself where it is a number
---   source    where it is printed; shown beside a claim that cannot hold
---
--- A number beside `of`, `at_most` or `base` is a count of that base, whole and no larger. A number below 1 is refused
--- unless it stands beside a `value` alone: a workbook keeps 61% as 0.61. Without any of these and `value`, a
--- share can be of the bases that are listed, and a number has nothing that it could contradict: it is counted among
--- those that hold, and in `unchecked`.
---@class assay.Claim
---@field id string|integer  its name: no two claims have the same
---@field says string  the figure as printed
---@field of? integer  the base that is stated
---@field at_most? integer  the most cases that an unstated base can have
---@field base? string  names an unstated base that several claims share
---@field value? number|string  the known true figure
---@field source? string  where it is printed

---@class assay.CheckOptions
---@field reading? "literal"|"narrow"  of words: literal if not given: over half is anything above it; narrow: as it is meant
---@field rounding? "half_up"|"half_even"|"half_down"|"floor"|"ceil"|"any_half"  of per cents; half_up if not given
---@field wording? string|table  what words stand for: a name, a .json file or a table; "house" if not given

---@class assay.Verdicts
---@field holds integer
---@field cannot_hold integer
---@field base_not_stated integer
---@field unchecked integer  those of `holds` that are numbers with nothing to check them against

---@class assay.CheckedClaims: assay.Frame
---@field verdicts assay.Verdicts

--- Whether the figures that a document prints can be true. The Frame has a row for each claim:
---   id, says   as given
---   verdict    "holds": there is a count of the base that is printed so, and the true value, if given, agrees
---              "cannot hold": there is none for the base that is stated, or for any base up to `at_most`, or for any
---              that all claims of one `base` can have; or the true value is another
---              "base not stated": without a base, it can be of those listed
---   possible   the counts of a stated base, or the bases where none is stated: "14", "18, 23", "40-45"
---   why        what speaks against it, or what it rests on
--- How often each verdict was given heads what is printed, and stands in `verdicts`. Everything is decided in whole
--- numbers. What "almost" or "just under" stands for is the wording's convention in both readings: `why` then shows the
--- range, and such a figure cannot hold by that convention only. Claims that contradict themselves as claims (an id
--- twice, `of` beside `at_most`, a value that is no share) are refused.
---@param claims assay.Claim[]|assay.Frame|string  a list, a frame, or the name of a file: .json, or what assay.read reads
---@param options? assay.CheckOptions
---@return assay.CheckedClaims
function assay.published.check(claims, options) end
