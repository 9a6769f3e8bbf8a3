---@meta

--- Opens the folder of a sample. The sample is drawn again from the list in the folder; a folder that was
--- edited is an error.
---@param folder string
---@return assay.Sample
function assay.open_sample(folder) end

--- Whether a sample's folder is what it says: every ticket, the strata and their sizes, the cases drawn and
--- the SHA-256 of the files; the allocation, solved again; the steps of the list; and, with a list, whether it
--- has the same cases. True, or false and the differences in words.
---@param folder string
---@param list? assay.Frame
---@return boolean
---@return string[]? differences
function assay.verify(folder, list) end

---@class assay.Sample
---@field cases assay.Frame  the list's columns, stratum, role (sample or reserve), rank, probability, weight, ticket
---@field plan assay.Plan
---@field seed string
---@field passed_over assay.Frame  cases that a cap passed over: the list's columns, stratum, role (for what), ticket
---@field method string  of selection, "srs" and so on
---@field probabilities string  "exact"; "estimated" by replays once a cap passed over a case; or "approximate"
---@field shortfall string[]  what a cap left the draw short of, and what a random size came to, in words and numbers
local Sample = {}

--- Sample beside population: variable, level, population, population_share, sample, sample_share, difference.
--- Reserves do not count; shares are of cases, so that under a size_measure large cases have more of the sample.
---@param columns string|string[]
---@return assay.Frame
function Sample:balance(columns) end

--- Writes the sample as a folder: sample.csv (the cases drawn), frame.csv (every eligible case with its stratum
--- and ticket) and manifest.json, whole or not at all. Writing the same sample again changes nothing; a
--- folder that holds something else is an error.
---@param folder string
---@return assay.Sample
function Sample:write(folder) end
