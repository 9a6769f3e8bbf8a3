-- api.lua: the data of R's package survey, with the designs that tests/reference/api.csv names.

local assay = require "assay"

local api = { values = { yes = "Yes", no = "No", not_applicable = "NA" } }

local comments = { api_strat = 1, api_clus1 = 1, api_clus2 = 2 }

function api.read(name) return assay.read(("tests/reference/%s.csv"):format(name), { skip = comments[name] }) end

--- The designs of api.csv, as options of a survey.
api.designs = {
  strat = { "api_strat", strata = "stype", population = { E = 4421, H = 755, M = 1018 } },
  strat_nofpc = { "api_strat", strata = "stype", weight = "pw" },
  srs_nofpc = { "api_strat", weight = "pw" },
  clus1 = { "api_clus1", cluster = "dnum", population = 757, weight = "pw" },
  clus1_nofpc = { "api_clus1", cluster = "dnum", weight = "pw" },
  clus2 = { "api_clus2", cluster = "dnum", population = 757, cluster_population = "fpc2" },
  clus2_nofpc = { "api_clus2", cluster = "dnum", weight = "pw" },
}

function api.survey(name, more)
  local options = { questions = "awards", values = api.values, confidence = 0.8 }
  for key, value in pairs(api.designs[name]) do options[key] = value end
  options.answers, options[1] = api.read(options[1]), nil
  for key, value in pairs(more or {}) do options[key] = value end
  return assay.survey(options)
end

return api
