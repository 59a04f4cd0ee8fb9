// @module-tag long
import { isOfCampaigns, tryEach, twoOffices } from '../support/integration/repeat.ts';

tryEach(twoOffices(), isOfCampaigns);
