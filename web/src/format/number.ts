import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';

/**
 * A phone number as people of the workspace's country write it: domestic numbers in national form
 * (02-1234-5678), others international (+81 3 1234 5678). What cannot be parsed is shown as it is.
 */
export function formatNumber(number: string, country: string): string {
  const parsed = parsePhoneNumberFromString(number, country as CountryCode);
  if (!parsed) return number;
  return parsed.country === country || (!parsed.country && parsed.countryCallingCode === callingCode(country))
    ? parsed.formatNational()
    : parsed.formatInternational();
}

// Numbers such as Korea's 070 and 15xx are valid without being tied to one region in the small metadata.
function callingCode(country: string): string | undefined {
  return parsePhoneNumberFromString('0000000', country as CountryCode)?.countryCallingCode;
}
