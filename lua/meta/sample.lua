---@meta

--- Opens the folder of a sample. The sample is drawn again from the list in the folder; a folder that was
--- edited is an error.
---@param folder string
---@return assay.Sample
function assay.open_sample(folder) end

--- Whether a sample's folder is what it says: every ticket, the strata and their sizes, the cases drawn and
--- the SHA-256 of the files; the allocation, solved again; the steps of the list; each revision from the log,
--- step by step; and, with a list, whether it has the same cases. True, or false and the differences in words.
---@param folder string
---@param list? assay.Frame
---@return boolean
---@return string[]? differences
function assay.verify(folder, list) end

--- `cases.role` is "sample" or "reserve", and "out_of_scope" or "unavailable" for a case lost after the draw.
---@class assay.Sample
---@field cases assay.Frame  the list's columns, stratum, role, rank, probability, weight, ticket
---@field units? assay.Frame  in two stages the units drawn: unit, stratum, cases, sample, reserve, probability, ticket
---@field plan assay.Plan
---@field seed string
---@field log assay.Frame  what became of cases after the draw: revision, action, id, kind, why, date, replaced_by
---@field revision integer  the one that the sample is, or will be written as
---@field passed_over assay.Frame  cases that a cap passed over: the list's columns, stratum, role (for what), ticket
---@field method string  of selection, "srs" and so on; in two stages, of the units
---@field probabilities string  "exact"; "estimated" by replays once a cap passed over a case; "approximate"; or
--- "conditional" on the other samples that it is kept apart from
---@field shortfall string[]  what a cap, small units or other samples left the draw short of, and what a random size came to
local Sample = {}

--- Sample beside population: variable, level, population, population_share, sample, sample_share, difference.
--- Reserves do not count; shares are of cases, so that under a size_measure large cases have more of the sample.
---@param columns string|string[]
---@return assay.Frame
function Sample:balance(columns) end

---@class assay.LossOptions
---@field date? string  the day on which it was found, as yyyy-mm-dd

--- A case turned out not to be what the list said, and the next reserve of its stratum (with `within`, of its
--- cell) takes its place; a cap holds, since reserves were drawn under it. A reserve that took a place may be
--- replaced itself. Its role is then the kind, and that of the reserve is "sample". Answers the reserve's id.
---
--- The two kinds are different things. "out_of_scope": it is no case of the population (the order was revoked before
--- the window, a duplicate). It stays in the design as outside the domain, and says how many more of the list are
--- not in scope. "unavailable": it is one, and cannot be assessed (the file is lost). That is non-response: the others
--- of its stratum stand for it, and a survey gives the bounds if all such cases were yes, or no. A missing file that
--- should be there is often itself a finding: then it is not unavailable, and the answer is no.
---
--- With N cases in a stratum, of which d were drawn (the sample and the reserves that took places), a to be assessed, o
--- out of scope and u unavailable: `probability` is d / N and `weight` N / (a + o), but where every place was filled
--- again and some cases were out of scope the weights of those assessed are multiplied by (a + o)(a - 1) / (a (a + o -
--- 1)): replacing stops at a case in scope, which says too much of the others (Haldane 1945). Exactly, the
--- cases assessed are a simple random sample of those in scope, whatever was replaced; totals under these weights are
--- unbiased if every loss is replaced while there are reserves, or none is, with two places and more. That the
--- unavailable are like the others of their stratum is an assumption. With `within` or a cap weights are as of d cases
--- drawn. Under size_measure cases can only be withdrawn: a reserve that took a place would have no known probability.
---
--- It is an error where the id is not in the sample, is a reserve, or is lost already, and where no reserve is left.
---@param id string
---@param kind "out_of_scope"|"unavailable"
---@param why string
---@param options? assay.LossOptions
---@return string replaced_by
function Sample:replace(id, kind, why, options) end

--- The same where nobody takes the place.
---@param id string
---@param kind "out_of_scope"|"unavailable"
---@param why string
---@param options? assay.LossOptions
---@return assay.Sample
function Sample:withdraw(id, kind, why, options) end

--- Many at once, in the order of the rows: columns id (or the list's own name for it), action ("replace" or
--- "withdraw"), kind, why and, if it is there, date; others are not looked at. All or nothing: each row's fault is
--- named with its row, and then nothing was changed.
---@param list assay.Frame
---@return assay.Sample
function Sample:apply(list) end

---@class assay.Overlap
---@field count integer  cases that both samples had when they were drawn, reserves left out
---@field share? number  of this sample
---@field other_share? number  of the other
---@field size integer  cases that this sample had when it was drawn
---@field other_size integer
---@field expected number  of `count`, were the draws independent: the sum of p q over the cases in both lists
---@field at_most integer  no two samples of these sizes by stratum share more; attained where the strata are the same
---@field listed integer  cases in both lists
---@field same_seed boolean  the samples were drawn under one seed, and overlap more than by chance
---@field roles assay.Frame  cases by where they stand now: role here, and columns sample, reserve, lost there

--- How far this sample and another overlap.
---@param other assay.Sample
---@return assay.Overlap
function Sample:overlap(other) end

--- Writes the sample as a folder: sample.csv (the cases drawn), frame.csv (every eligible case with its stratum
--- and ticket) and manifest.json, whole or not at all. Writing the same sample again changes nothing. Where
--- cases were replaced or withdrawn since, it is written as the next revision, with the log in the manifest; each
--- earlier one is kept as revision-N/sample.csv and revision-N/manifest.json, also in another folder. A folder
--- that holds something else is an error.
---@param folder string
---@return assay.Sample
function Sample:write(folder) end
